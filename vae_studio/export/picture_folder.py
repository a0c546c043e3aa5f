"""Chosen pictures as files in a new folder: the files they came from, or else PNGs."""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from vae_studio.data.image_set import ImageSet
from vae_studio.data.progress import Progress, silent
from vae_studio.errors import UsageError
from vae_studio.export.folder import replacing_folder
from vae_studio.export.sheet import write_png

_PATTERN = "picture-[0-9]*"  # only a folder of such files is replaced
_STRANGE = re.compile(r"[^\w.\- ]+")
_LONGEST = 100  # letters of a name that are kept


def write_pictures(
    folder: Path, images: ImageSet, numbers: Sequence[int], root: Path | None = None, progress: Progress = silent
) -> int:
    """Write pictures by their numbers; return how many are copies of the files below `root` they came from.

    The others are PNGs of the size the model sees. Each name begins with the picture's number. Raises UsageError for
    no picture or a number there is not, ExportError when the folder holds other files or the disk refuses.
    """
    if not len(numbers):
        raise UsageError("There is no picture to write; choose at least one.")
    copied = 0
    with replacing_folder(folder, _PATTERN) as place:
        for done, number in enumerate(numbers):
            progress(done / len(numbers), f"Writing {folder.name}.")
            picture = images.picture(int(number))
            source = _source(images, int(number), root)
            if source is None:
                write_png(place / f"picture-{number:06}.png", picture)
            else:
                name = _STRANGE.sub("_", source.name)[-_LONGEST:]
                shutil.copyfile(source, place / f"picture-{number:06} {name}")
                copied += 1
    return copied


def _source(images: ImageSet, number: int, root: Path | None) -> Path | None:
    """Return the file that a picture came from, if it is there and nowhere else than below the root."""
    if root is None or not root.is_dir() or number >= len(images.names):
        return None
    path = (root / images.names[number]).resolve()
    return path if path.is_relative_to(root.resolve()) and path.is_file() else None
