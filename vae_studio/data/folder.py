"""A folder of pictures: sub-folders are labels, odd files are skipped and listed."""

import contextlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

from vae_studio.data.fit import spread
from vae_studio.data.folder_cache import FolderCache, Kept
from vae_studio.data.folder_reader import FolderReader
from vae_studio.data.image_set import ImageSet
from vae_studio.data.options import DataOptions
from vae_studio.data.picture_file import UnreadableError, picture_size
from vae_studio.data.picture_files import PictureFile, in_natural_order, picture_files
from vae_studio.data.progress import Progress, silent
from vae_studio.errors import DataError

_LOOKED_AT = 16  # files of which the own size is told
_NO_LABEL = "unsorted"  # pictures beside the labelled sub-folders


def open_folder(folder: Path, options: DataOptions, progress: Progress = silent) -> ImageSet:
    """Return the pictures in a folder and below it, in natural order, labelled by the first level of sub-folders.

    What was read is kept (`folder_cache`), so that the folder opens at once until a file in it changes.
    Raises DataError when the folder is empty or no picture in it can be read.
    """
    progress(-1, "Looking for pictures.")
    files = picture_files(folder)
    cache = FolderCache(folder, files, options)
    kept = cache.load()
    if kept is None:
        kept = _read(folder, files, options, progress)
        cache.store(kept)
    labels, label_names = _labels(kept.names)
    name = folder.resolve().name or "pictures"
    sizes = _sizes(folder, kept.names)
    return ImageSet(name, kept.pictures, labels, label_names, names=kept.names, skipped=kept.skipped, own_sizes=sizes)


def _sizes(folder: Path, names: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """Return the different sizes (height, width) of some of the files."""
    sizes = set()
    for index in spread(len(names), _LOOKED_AT):
        with contextlib.suppress(UnreadableError):  # moved or deleted meanwhile
            sizes.add(picture_size(folder / names[index]))
    return tuple(sorted(sizes))


def _read(folder: Path, files: list[PictureFile], options: DataOptions, progress: Progress) -> Kept:
    files = in_natural_order(files)
    files = [files[index] for index in spread(len(files), options.limit)]
    reader = FolderReader(folder.name, files, options, progress)
    pictures, readable = reader.read()
    if not readable.any():
        first = reader.skipped[0]
        which = f"The only picture in {folder} cannot" if len(files) == 1 else f"None of {len(files):,} in {folder} can"
        raise DataError(f"{which} be used ({first.name}: {first.reason}); choose another folder.")
    pictures = pictures if readable.all() else pictures[readable]
    names = tuple(file.name for file, good in zip(files, readable.tolist(), strict=True) if good)
    return Kept(pictures, names, tuple(reader.skipped))


def _labels(names: tuple[str, ...]) -> tuple[npt.NDArray[np.int64] | None, tuple[str, ...]]:
    first = [name.split("/", 1)[0] if "/" in name else _NO_LABEL for name in names]
    label_names = tuple(dict.fromkeys(first))
    if len(label_names) < 2:
        return None, ()
    index = {name: number for number, name in enumerate(label_names)}
    return np.array([index[name] for name in first], np.int64), label_names
