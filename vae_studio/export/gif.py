"""GIF films, block by block: no frame merged, none lost."""

import struct
from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import numpy as np

from vae_studio.data.image_set import Pictures
from vae_studio.data.progress import Progress, silent
from vae_studio.errors import UsageError
from vae_studio.export.gif_blocks import Screen, smallest
from vae_studio.export.gif_colours import Colours, Greys, colours_for
from vae_studio.files import replacing

_LOOK_AHEAD = 256 << 20  # bytes of frames held to pick the palette from
_SPREAD = 24  # frames the palette is picked from
_SMALL = 64 * 64  # pixels; such films are sprites, where each level counts and the bytes do not
_MAX_SIDE = 0xFFFF
TOLERANCE = 2  # levels of 255: no eye sees them, and files of grey films are half as large


def write_gif(
    path: Path,
    frames: Iterable[Pictures],
    delay_centiseconds: int,
    loop: bool = True,
    progress: Progress = silent,
    count: int | None = None,
    tolerance: int = TOLERANCE,
    exact: Collection[int] = (),
) -> int:
    """Write frames [H, W, C] of one size as a GIF and return how many there were.

    Each frame is kept and shown for `delay_centiseconds`, equal ones as well. A grey pixel is off by no more than
    `tolerance` levels of 255, whatever the length of the film; the first frame, the last (of `count`), those numbered
    in `exact` and all films of at most 64 x 64 pixels lose nothing. Nor do coloured films with up to 256 colours; where
    there are more, a pixel keeps its colour while that costs no more than `tolerance`.
    Frames may come from a generator: `count` then lets `progress` know the end, and a palette of colours is picked from
    as many of them as fit into 256 MB. A `progress` that raises leaves no file behind. Raises UsageError when there is
    no frame or it is too large, ExportError when the file cannot be written.
    """
    if count is None and isinstance(frames, (np.ndarray, list, tuple)):
        count = len(frames)
    done = _Done(progress, count)
    source = done.watch(_alike(frames))
    with replacing(path) as file:
        head, colours = _palette(source, tolerance)
        _write_header(file, head[0], colours, loop)
        screen = Screen()
        exactly = {0, (count or 0) - 1, *exact}
        for number, frame in enumerate(chain(head, source)):
            blocks = screen.show(colours.indices(frame, screen.shown, number in exactly))
            file.write(smallest(blocks, delay_centiseconds))
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


def _palette(source: Iterator[Pictures], tolerance: int) -> tuple[list[Pictures], Colours]:
    """Return the colours, and the frames drawn to pick them: one of a grey film, else as many as may be held."""
    head: list[Pictures] = []
    held = 0
    for frame in source:
        head.append(frame)
        held += frame.nbytes
        if held >= _LOOK_AHEAD or frame.shape[2] == 1:
            break
    if not head:
        raise UsageError("There is no frame to write; ask for at least one.")
    height, width, channels = head[0].shape
    if channels == 1:
        return head, Greys(tolerance if height * width > _SMALL else 0)
    spread = np.unique(np.linspace(0, len(head) - 1, _SPREAD).round().astype(int))
    return head, colours_for(np.stack([head[place] for place in spread]), tolerance)


def _write_header(file: BinaryIO, first: Pictures, colours: Colours, loop: bool) -> None:
    height, width, _ = first.shape
    if max(height, width) > _MAX_SIDE:
        raise UsageError(f"A GIF is at most {_MAX_SIDE} pixels wide and high; choose a smaller size.")
    file.write(b"GIF89a" + struct.pack("<HHBBB", width, height, 0xF7, 0, 0) + colours.palette.tobytes())
    if loop:
        file.write(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00")
