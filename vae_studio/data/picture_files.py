"""The picture files of a folder, found with one look at each."""

import os
import re
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from vae_studio.data.picture_file import SUFFIXES
from vae_studio.errors import DataError
from vae_studio.plural import counted

_KINDS = "PNG, JPEG, BMP, GIF, WebP and TIFF"
_DIGITS = re.compile(r"(\d+)")
_ALIKE = str.maketrans("123456789", "000000000")
_SIGNED = (1 << 63) - 1
_NO_STAMP = (-1, 0, 0, 0)  # of a link that leads nowhere

_Key = list[tuple[int, int, str]]


class PictureFile(NamedTuple):
    """A file that may hold a picture, and what changes when its contents change."""

    name: str  # below the folder, with slashes
    path: str
    stamp: tuple[int, int, int, int]  # bytes, time of the last change of its contents and of itself in ns, inode


def picture_files(folder: Path) -> list[PictureFile]:
    """Return the picture files below a folder; each folder is visited once, whatever links say.

    Raises DataError when there is none.
    """
    found: list[PictureFile] = []
    others = 0
    for below, entries in _walk(os.fspath(folder), "", set()):
        pictures = [entry for entry in entries if entry.name[entry.name.rfind(".") :].lower() in SUFFIXES]
        found += [PictureFile(below + entry.name, entry.path, _stamp(entry)) for entry in pictures]
        others += len(entries) - len(pictures)
    if not found and others:
        raise DataError(f"{folder} holds {counted(others, 'file')} but no picture; {_KINDS} can be read.")
    if not found:
        raise DataError(f"{folder} is empty; put pictures into it or choose another folder.")
    return found


def in_natural_order(files: list[PictureFile]) -> list[PictureFile]:
    """Return files sorted as people count: "7.png" before "10.png", and upper beside lower case."""
    folders: dict[str, list[PictureFile]] = {}
    for file in files:
        folders.setdefault(file.name.rpartition("/")[0], []).append(file)
    shapes = {below: {_shape(file.name[len(below) :]) for file in inside} for below, inside in folders.items()}
    places = {below: [_natural(part) for part in below.split("/")] if below else [] for below in folders}
    if len({len(place) for place in places.values()}) == 1 and all(len(shape) == 1 for shape in shapes.values()):
        # Names alike but for their digits are in natural order when they are in any.
        ordered = sorted(folders, key=lambda below: (places[below], below))
        return [file for below in ordered for file in sorted(folders[below], key=attrgetter("name"))]

    def place(file: PictureFile) -> tuple[list[_Key], str]:
        below, _, name = file.name.rpartition("/")
        return [*places[below], _natural(name)], file.name

    return sorted(files, key=place)


def _walk(path: str, below: str, visited: set[tuple[int, int]]) -> "Iterator[tuple[str, list[os.DirEntry[str]]]]":
    """Yield the files of each folder, hidden ones left out, with the way there from the first."""
    try:
        status = os.stat(path)  # noqa: PTH116
        with os.scandir(path) as entries:
            shown = [entry for entry in entries if not entry.name.startswith(".")]
    except OSError:  # a folder that may not be read is passed by
        return
    if (status.st_dev, status.st_ino) in visited:
        return
    visited.add((status.st_dev, status.st_ino))
    folders: list[os.DirEntry[str]] = []
    files: list[os.DirEntry[str]] = []
    for entry in shown:
        (folders if _is_folder(entry) else files).append(entry)
    yield below, files
    for entry in sorted(folders, key=lambda entry: entry.name):
        yield from _walk(entry.path, f"{below}{entry.name}/", visited)


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _stamp(entry: "os.DirEntry[str]") -> tuple[int, int, int, int]:
    try:
        status = entry.stat()
    except OSError:
        return _NO_STAMP
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino & _SIGNED


def _shape(name: str) -> str:
    return name.translate(_ALIKE)


def _natural(part: str) -> _Key:
    return [(0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in _DIGITS.split(part.casefold())]
