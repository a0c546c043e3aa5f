"""Picture files read by several threads into one array, faults noted."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from vae_studio.data.fit import USUAL_SIZE, chosen_side, fitted
from vae_studio.data.image_set import Pictures, SkippedFile
from vae_studio.data.options import DataOptions
from vae_studio.data.picture_file import UnreadableError, picture_size, quiet_pillow, read_picture
from vae_studio.data.picture_files import PictureFile
from vae_studio.data.plain_png import plain_png, plain_pngs
from vae_studio.data.progress import Progress, silent

_FIRST, _MOST = 8, 512  # files a thread reads at a time: as many as take about _SECONDS
_SECONDS = 0.1
_SMALL = 1 << 16  # bytes; larger files are no small pictures
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0)
_Size = tuple[int, int]


class _Picture(NamedTuple):
    """What came of a file: its own size and its picture [side, side, C], or why there is none."""

    size: _Size | None
    pixels: Pictures | None
    reason: str = ""


class FolderReader:
    """Reads files once; faults are listed in `skipped`."""

    def __init__(self, name: str, files: list[PictureFile], options: DataOptions, progress: Progress = silent) -> None:
        self.skipped: list[SkippedFile] = []
        self._name, self._files, self._options, self._progress = name, files, options, progress
        self._own: _Size | None = None  # the size that all pictures so far have
        self._grey = options.channels == "grey"
        self._threads = os.cpu_count() or 1

    def read(self) -> tuple[Pictures, npt.NDArray[np.bool_]]:
        """Return an array with a place for each file, [N, side, side, C], and which places are filled.

        Pictures whose size nobody named keep their own when all agree; else they get the usual one.
        """
        with quiet_pillow(), ThreadPoolExecutor(self._threads) as pool:
            if self._options.size:
                return self._at(self._options.size, pool)
            side = self._first_side()
            try:
                return self._at(side, pool)
            except _SizesDifferError:  # most often at one of the first files
                self.skipped.clear()
                return self._at(USUAL_SIZE, pool)

    def _first_side(self) -> int:
        for file in self._files:
            if size := _size_or_none(file):
                self._own = size
                return chosen_side(*size, self._options)
        return USUAL_SIZE

    def _at(self, side: int, pool: ThreadPoolExecutor) -> tuple[Pictures, npt.NDArray[np.bool_]]:
        count = len(self._files)
        canvas = _Canvas(count, side, self._options.channels)
        readable = np.zeros(count, np.bool_)
        start, step = 0, _FIRST
        while start < count:
            self._progress(start / count, f"Reading the pictures in {self._name}.")
            clock = time.perf_counter()
            end = min(start + step * self._threads, count)
            files = self._files[start:end]
            contents = [_content(file) for file in files]
            if (pixels := self._alike(contents, side)) is not None:
                canvas.put(slice(start, end), pixels)
                readable[start:end] = True
            else:
                plain = [plain_png(content) for content in contents]
                for index, picture in enumerate(self._each(files, plain, side, pool), start):
                    self._take(index, picture, canvas, readable)
            start = end
            step = min(2 * step, _MOST) if time.perf_counter() - clock < _SECONDS else max(step // 2, 1)
        return canvas.pictures, readable

    def _alike(self, contents: list[bytes], side: int) -> Pictures | None:
        """Return pictures [N, side, side, C] that need no more than to be put together, None for others."""
        if self._must_agree(side) and self._own != (side, side):
            return None
        return plain_pngs(contents, (side, side), self._grey)

    def _each(
        self, files: list[PictureFile], images: list[Image.Image | None], side: int, pool: ThreadPoolExecutor
    ) -> Iterator[_Picture]:
        general = [file for file, image in zip(files, images, strict=True) if image is None]
        rest = pool.map(lambda file: self._any(file, side), general)
        for image in images:
            if image is None:
                yield next(rest)
            else:
                small = fitted(image, side, self._options.fit)
                pixels = np.asarray(small.convert("L") if self._grey else small).reshape(side, side, -1)
                yield _Picture((image.height, image.width), pixels)

    def _take(self, index: int, picture: _Picture, canvas: "_Canvas", readable: npt.NDArray[np.bool_]) -> None:
        if self._must_agree(canvas.side) and picture.size not in (None, self._own):
            raise _SizesDifferError
        if picture.pixels is None:
            self.skipped.append(SkippedFile(self._files[index].name, picture.reason))
        else:
            canvas.put(index, picture.pixels)
            readable[index] = True

    def _must_agree(self, side: int) -> bool:
        """Tell whether this side was chosen because all pictures are thought to have one size."""
        return side not in (self._options.size, USUAL_SIZE)

    def _any(self, file: PictureFile, side: int) -> _Picture:
        try:
            pixels = read_picture(Path(file.path), side, 1 if self._grey else 3, self._options.fit)
        except UnreadableError as error:
            return _Picture(_size_or_none(file), None, error.reason)
        return _Picture(_size_or_none(file) if self._must_agree(side) else None, pixels)


class _SizesDifferError(Exception):
    """The pictures have no size in common."""


class _Canvas:
    """The array that pictures are put into: grey until the first one with a colour comes, unless colours are named."""

    def __init__(self, count: int, side: int, channels: str) -> None:
        self.side = side
        self._auto = channels == "auto"
        self.pictures: Pictures = np.zeros((count, side, side, 3 if channels == "colour" else 1), np.uint8)

    def put(self, place: int | slice, pixels: Pictures) -> None:
        """Put a picture [side, side, 1 or 3] into its place, or several [N, side, side, 1 or 3]."""
        if self._auto and self.pictures.shape[3] == 1 and pixels.shape[-1] == 3:
            if (pixels[..., :1] == pixels[..., 1:]).all():
                pixels = pixels[..., :1]
            else:
                self.pictures = self.pictures.repeat(3, axis=3)
        self.pictures[place] = pixels


def _content(file: PictureFile) -> bytes:
    """Return the bytes of a small file, in the fewest calls; nothing of a larger one, or when it cannot be read.

    Small files keep the interpreter busy, not the processor: threads would only take turns at them.
    """
    if not 0 < file.stamp[0] <= _SMALL:
        return b""
    try:
        handle = os.open(file.path, _READ)
    except OSError:
        return b""
    try:
        return os.read(handle, file.stamp[0] + 1)
    except OSError:
        return b""
    finally:
        os.close(handle)


def _size_or_none(file: PictureFile) -> _Size | None:
    try:
        return picture_size(Path(file.path))
    except UnreadableError:
        return None
