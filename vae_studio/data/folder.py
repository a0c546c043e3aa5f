"""A folder of pictures: sub-folders are labels, odd files are skipped and listed."""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from vae_studio.data.fit import USUAL_SIZE, all_grey, chosen_side, spread
from vae_studio.data.image_set import ImageSet, SkippedFile
from vae_studio.data.options import DataOptions
from vae_studio.data.picture_file import SUFFIXES, UnreadableError, picture_size, quiet_pillow, read_picture
from vae_studio.data.progress import Progress, silent
from vae_studio.errors import DataError

_BLOCK = 64  # files between two reports of progress
_NO_LABEL = "unsorted"  # pictures beside the labelled sub-folders
_KINDS = "PNG, JPEG, BMP, GIF, WebP and TIFF"


def open_folder(folder: Path, options: DataOptions, progress: Progress = silent) -> ImageSet:
    """Return the pictures in a folder and below it, in natural order, labelled by the first level of sub-folders.

    Raises DataError when the folder is empty or no picture in it can be read.
    """
    progress(-1, "Looking for pictures.")
    paths = _picture_files(folder)
    paths = [paths[index] for index in spread(len(paths), options.limit)]
    with quiet_pillow(), ThreadPoolExecutor(os.cpu_count()) as pool:
        reader = _Reader(folder, paths, options, pool, progress)
        side = options.size or reader.common_side()
        pictures, readable = reader.read(side)
    if not readable.any():
        first = reader.skipped[0]
        raise DataError(
            f"None of the {len(paths)} pictures in {folder} can be used ({first.name}: {first.reason}); "
            "choose another folder."
        )
    pictures = pictures if readable.all() else pictures[readable]
    if options.channels == "auto" and all_grey(pictures):
        pictures = np.ascontiguousarray(pictures[..., :1])
    names = tuple(path.relative_to(folder).as_posix() for path, good in zip(paths, readable, strict=True) if good)
    labels, label_names = _labels(names)
    return ImageSet(
        folder.resolve().name or "pictures", pictures, labels, label_names, names=names, skipped=tuple(reader.skipped)
    )


@dataclass
class _Reader:
    """Files read by several threads, faults noted."""

    folder: Path
    paths: list[Path]
    options: DataOptions
    pool: ThreadPoolExecutor
    progress: Progress

    def __post_init__(self) -> None:
        self.skipped: list[SkippedFile] = []

    def common_side(self) -> int:
        """Return the side for pictures whose size nobody named: their own when all agree, else the usual one."""
        sizes: set[tuple[int, int]] = set()
        for start in range(0, len(self.paths), _BLOCK):
            found = self.pool.map(_size_or_none, self.paths[start : start + _BLOCK])
            sizes.update(size for size in found if size)
            if len(sizes) > 1:
                return USUAL_SIZE
            self.progress(-1, "Measuring the pictures.")
        return chosen_side(*sizes.pop(), self.options) if sizes else USUAL_SIZE

    def read(self, side: int) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_]]:
        """Return an array with a place for each file, [N, side, side, C], and which places are filled."""
        channels = 1 if self.options.channels == "grey" else 3
        pictures = np.zeros((len(self.paths), side, side, channels), np.uint8)
        readable = np.zeros(len(self.paths), np.bool_)

        def take(index: int) -> UnreadableError | None:
            try:
                pictures[index] = read_picture(self.paths[index], side, channels, self.options.fit)
            except UnreadableError as error:
                return error
            readable[index] = True
            return None

        for start in range(0, len(self.paths), _BLOCK):
            self.progress(start / len(self.paths), f"Reading the pictures in {self.folder.name}.")
            block = range(start, min(start + _BLOCK, len(self.paths)))
            for index, error in zip(block, self.pool.map(take, block), strict=True):
                if error:
                    name = self.paths[index].relative_to(self.folder).as_posix()
                    self.skipped.append(SkippedFile(name, error.reason))
        return pictures, readable


def _size_or_none(path: Path) -> tuple[int, int] | None:
    try:
        return picture_size(path)
    except UnreadableError:
        return None


def _picture_files(folder: Path) -> list[Path]:
    """Return the picture files below a folder in natural order; each folder is visited once, whatever links say."""
    found: list[Path] = []
    visited: set[tuple[int, int]] = set()
    others = 0
    for root, folders, files in os.walk(folder, followlinks=True):
        status = Path(root).stat()
        if (status.st_dev, status.st_ino) in visited:
            folders.clear()
            continue
        visited.add((status.st_dev, status.st_ino))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        shown = [Path(root, name) for name in files if not name.startswith(".")]
        pictures = [path for path in shown if path.suffix.lower() in SUFFIXES]
        others += len(shown) - len(pictures)
        found += pictures
    if not found and others:
        raise DataError(f"{folder} holds {others} files but no picture; {_KINDS} can be read.")
    if not found:
        raise DataError(f"{folder} is empty; put pictures into it or choose another folder.")
    return sorted(found, key=lambda path: _natural(path.relative_to(folder)))


def _natural(path: Path) -> tuple[list[list[tuple[int, int, str]]], str]:
    """Sort "7.png" before "10.png", and upper beside lower case."""
    parts = [
        [(0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in re.split(r"(\d+)", part.casefold())]
        for part in path.parts
    ]
    return parts, str(path)


def _labels(names: tuple[str, ...]) -> tuple[npt.NDArray[np.int64] | None, tuple[str, ...]]:
    first = [name.split("/", 1)[0] if "/" in name else _NO_LABEL for name in names]
    label_names = tuple(dict.fromkeys(first))
    if len(label_names) < 2:
        return None, ()
    index = {name: number for number, name in enumerate(label_names)}
    return np.array([index[name] for name in first], np.int64), label_names
