"""A film as a GIF."""

from pathlib import Path

from vae_studio.catalogue import Options
from vae_studio.data.progress import Progress
from vae_studio.export.gif import write_gif
from vae_studio.export.reel import Reel


def write(path: Path, reel: Reel, options: Options, progress: Progress) -> None:  # noqa: ARG001  one signature for all
    """Write a GIF that plays for ever."""
    write_gif(path, reel.frames, round(100 / reel.fps), progress=progress, count=reel.count)
