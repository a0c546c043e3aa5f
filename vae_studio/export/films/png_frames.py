"""A film as a folder of numbered PNGs."""

from pathlib import Path

from vae_studio.catalogue import Options
from vae_studio.data.progress import Progress
from vae_studio.export.folder import replacing_folder
from vae_studio.export.reel import Reel, as_image

PATTERN = "frame-*.png"


def write(path: Path, reel: Reel, options: Options, progress: Progress) -> None:  # noqa: ARG001  one signature for all
    """Write frame-0001.png, frame-0002.png, … into a folder of their own, all or none.

    Raises ExportError when the folder is there and holds anything but such frames.
    """
    digits = max(4, len(str(reel.count)))
    with replacing_folder(path, PATTERN) as folder:
        for number, frame in enumerate(reel.watched(progress), 1):
            as_image(frame).save(folder / f"frame-{number:0{digits}}.png", format="PNG")
