"""A film as an animated PNG: every pixel exact, one frame in memory at a time.

Pillow's own writer keeps all frames until the end; here it compresses each, and the chunks are put together as in the
PNG specification, third edition (W3C 2025), sections 4.9 and 11.3.6.
"""

import io
import struct
import zlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

import numpy as np

from vae_studio.catalogue import Options
from vae_studio.data.image_set import Pictures
from vae_studio.data.progress import Progress
from vae_studio.export.reel import Reel, as_image
from vae_studio.files import replacing

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOUR_TYPES = {1: 0, 3: 2}  # by number of channels


def write(path: Path, reel: Reel, options: Options, progress: Progress) -> None:  # noqa: ARG001  one signature for all
    """Write an APNG that plays for ever; a viewer that knows no APNG shows the first frame."""
    width, height = reel.size
    lasts = Fraction(1 / reel.fps).limit_denominator(0xFFFF)
    with replacing(path) as file:
        file.write(_SIGNATURE)
        _chunk(file, b"IHDR", struct.pack(">IIBBBBB", width, height, 8, _COLOUR_TYPES[reel.shape[2]], 0, 0, 0))
        _chunk(file, b"acTL", struct.pack(">II", reel.count, 0))
        shown: Pictures | None = None
        sequence = 0
        for frame in reel.watched(progress):
            top, left, part = _changed(frame, shown)
            shape = (part.shape[1], part.shape[0], left, top)
            _chunk(file, b"fcTL", struct.pack(">IIIIIHHBB", sequence, *shape, *lasts.as_integer_ratio(), 0, 0))
            sequence += 1
            for content in _compressed(part):
                if shown is None:
                    _chunk(file, b"IDAT", content)
                else:
                    _chunk(file, b"fdAT", struct.pack(">I", sequence) + content)
                    sequence += 1
            shown = frame
        _chunk(file, b"IEND", b"")


def _chunk(file: BinaryIO, kind: bytes, content: bytes) -> None:
    file.write(struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content)))


def _changed(frame: Pictures, shown: Pictures | None) -> tuple[int, int, Pictures]:
    """Return the part of a frame [H, W, C] that differs from what is shown, and its top left corner."""
    if shown is None:
        return 0, 0, frame
    changed = (frame != shown).any(axis=2)
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    if len(rows) == 0:  # still a frame: it takes its time
        return 0, 0, frame[:1, :1]
    top, left = int(rows[0]), int(columns[0])
    return top, left, frame[top : rows[-1] + 1, left : columns[-1] + 1]


def _compressed(part: Pictures) -> Iterator[bytes]:
    """Yield the contents of the IDAT chunks that Pillow makes of a picture."""
    buffer = io.BytesIO()
    as_image(part).save(buffer, format="PNG")
    png, place = buffer.getvalue(), len(_SIGNATURE)
    while place < len(png):
        length, kind = struct.unpack(">I4s", png[place : place + 8])
        if kind == b"IDAT":
            yield png[place + 8 : place + 8 + length]
        place += 12 + length
