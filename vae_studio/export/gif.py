"""GIF films, block by block: no frame merged, none lost."""

import struct
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image

from vae_studio.data.image_set import Pictures
from vae_studio.data.progress import Progress, silent
from vae_studio.errors import UsageError
from vae_studio.export.gif_colours import Colours, Indices, colours_for
from vae_studio.files import replacing

_LOOK_AHEAD = 256 << 20  # bytes of frames held to pick the palette from
_SPREAD = 24  # frames the palette is picked from
_MAX_SIDE = 0xFFFF
_CLEAR = 1  # a pixel of this palette index, where nothing has changed


def write_gif(
    path: Path,
    frames: Iterable[Pictures],
    delay_centiseconds: int,
    loop: bool = True,
    progress: Progress = silent,
    count: int | None = None,
) -> int:
    """Write frames [H, W, C] of one size as a GIF and return how many there were.

    Each frame is kept and shown for `delay_centiseconds`, equal ones as well. Grey frames, and coloured ones with up to
    256 colours in all, lose nothing. Frames may come from a generator: `count` then lets `progress` know the end, and
    the palette is picked from as many of them as fit into 256 MB. A `progress` that raises leaves no file behind.
    Raises UsageError when there is no frame or it is too large, ExportError when the file cannot be written.
    """
    if count is None and isinstance(frames, (np.ndarray, list, tuple)):
        count = len(frames)
    done = _Done(progress, count)
    source = _alike(frames)
    with replacing(path) as file:
        head = _look_ahead(source, done)
        _write_header(file, head, colours := _colours(head), loop)
        drawn = chain(head, done.watch(source))
        for _ in _written(file, drawn, colours, delay_centiseconds):
            done.wrote()
        file.write(b"\x3b")
    return done.written


class _Done:
    """How much is done: frames drawn and frames written count half each."""

    def __init__(self, progress: Progress, count: int | None) -> None:
        self.written = 0
        self._drawn = 0
        self._progress = progress
        self._count = count

    def watch(self, frames: Iterator[Pictures]) -> Iterator[Pictures]:
        for frame in frames:
            self._drawn += 1
            self._report(f"Drawing frame {self._drawn}")
            yield frame

    def wrote(self) -> None:
        self.written += 1
        self._report(f"Writing frame {self.written}")

    def _report(self, text: str) -> None:
        if self._count:
            self._progress(min(1, (self._drawn + self.written) / (2 * self._count)), f"{text} of {self._count}")
        else:
            self._progress(-1, text)


def _alike(frames: Iterable[Pictures]) -> Iterator[Pictures]:
    first: tuple[int, ...] = ()
    for frame in frames:
        first = first or frame.shape
        if frame.shape != first:
            raise UsageError(f"All frames of a GIF have one size, but one is {first} and another {frame.shape}.")
        yield frame


def _look_ahead(source: Iterator[Pictures], done: _Done) -> list[Pictures]:
    head: list[Pictures] = []
    held = 0
    for frame in done.watch(source):
        head.append(frame)
        held += frame.nbytes
        if held >= _LOOK_AHEAD:
            break
    return head


def _colours(head: list[Pictures]) -> Colours:
    if not head:
        raise UsageError("There is no frame to write; ask for at least one.")
    spread = np.unique(np.linspace(0, len(head) - 1, _SPREAD).round().astype(int))
    return colours_for(np.stack([head[place] for place in spread]))


def _write_header(file: BinaryIO, head: list[Pictures], colours: Colours, loop: bool) -> None:
    height, width, _ = head[0].shape
    if max(height, width) > _MAX_SIDE:
        raise UsageError(f"A GIF is at most {_MAX_SIDE} pixels wide and high; choose a smaller size.")
    file.write(b"GIF89a" + struct.pack("<HHBBB", width, height, 0xF7, 0, 0) + colours.palette.tobytes())
    if loop:
        file.write(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00")


def _written(file: BinaryIO, frames: Iterable[Pictures], colours: Colours, delay: int) -> Iterator[None]:
    shown: Indices | None = None
    for frame in frames:
        indices = colours.indices(frame, shown)
        if shown is None:
            file.write(_block(indices, 0, 0, delay, None))
        else:
            file.write(_changes(indices, shown, delay))
        shown = indices
        yield


def _changes(indices: Indices, shown: Indices, delay: int) -> bytes:
    """Return the smallest block that turns what is shown into a frame, both [H, W]."""
    changed = indices != shown
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    if len(rows) == 0:  # still a frame: it takes its time
        return _block(np.full((1, 1), _CLEAR, np.uint8), 0, 0, delay, _CLEAR)
    top, left = int(rows[0]), int(columns[0])
    area = np.s_[top : rows[-1] + 1, left : columns[-1] + 1]
    whole = _block(indices[area], left, top, delay, None)
    unused = np.flatnonzero(np.bincount(indices[changed], minlength=256) == 0)
    if len(unused) == 0:
        return whole
    # Any colour that no changed pixel needs can stand for "as before" in this frame alone, so none is lost to it.
    clear = int(unused[0])
    holes = _block(np.where(changed[area], indices[area], np.uint8(clear)), left, top, delay, clear)
    return min(holes, whole, key=len)


def _block(indices: Indices, left: int, top: int, delay: int, clear: int | None) -> bytes:
    """Return a graphic control extension and an image, compressed by Pillow's encoder."""
    height, width = indices.shape
    keep = 1 << 2  # the next frame is drawn over this one
    control = struct.pack("<BBBBHBB", 0x21, 0xF9, 4, keep | (clear is not None), delay, clear or 0, 0)
    descriptor = struct.pack("<BHHHHBB", 0x2C, left, top, width, height, 0, 8)
    pixels = Image.fromarray(np.ascontiguousarray(indices)).tobytes("gif", "L", 8, 0)
    return control + descriptor + pixels + b"\x00"
