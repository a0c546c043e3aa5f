"""The blocks of a GIF: each turns what the screen shows into the next frame, in as few bytes as we can."""

import struct
from typing import NamedTuple

import numpy as np
from PIL import Image

from vae_studio.export.gif_colours import Indices, Mask, chosen

_STILL = 0  # the palette index of the one clear pixel where nothing has changed
_BOTH_FROM = 0.5  # share of changed pixels from which a block without holes may be the smaller one


class Block(NamedTuple):
    """An image to be laid over what is shown; `clear` is the index that leaves a pixel as it is."""

    indices: Indices  # [h, w]
    left: int
    top: int
    clear: int | None

    def written(self, delay: int) -> bytes:
        """Return a graphic control extension and the image, compressed by Pillow's encoder."""
        height, width = self.indices.shape
        keep = 1 << 2  # the next frame is drawn over this one
        flags = keep | (self.clear is not None)
        control = struct.pack("<BBBBHBB", 0x21, 0xF9, 4, flags, delay, self.clear or 0, 0)
        descriptor = struct.pack("<BHHHHBB", 0x2C, self.left, self.top, width, height, 0, 8)
        pixels = Image.fromarray(np.ascontiguousarray(self.indices)).tobytes("gif", "L", 8, 0)
        return control + descriptor + pixels + b"\x00"


def smallest(blocks: list[Block], delay_centiseconds: int) -> bytes:
    """Return the shortest of blocks that show the same, written.

    Pillow's encoder keeps the interpreter to itself: other threads would compress nothing sooner.
    """
    return min((block.written(delay_centiseconds) for block in blocks), key=len)


class Screen:
    """What a player shows after the blocks so far."""

    def __init__(self) -> None:
        self.shown: Indices | None = None
        self._clear = 255  # stood for "as before" in the last frame; most often it can again

    def show(self, indices: Indices) -> list[Block]:
        """Return blocks of which each turns what is shown into a frame [H, W]."""
        before, self.shown = self.shown, indices
        if before is None:
            return [Block(indices, 0, 0, None)]
        return self._changes(indices, before)

    def _changes(self, indices: Indices, before: Indices) -> list[Block]:
        changed = indices != before
        rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
        if len(rows) == 0:  # still a frame: it takes its time
            return [Block(np.full((1, 1), _STILL, np.uint8), 0, 0, _STILL)]
        top, left = int(rows[0]), int(columns[0])
        area = np.s_[top : rows[-1] + 1, left : columns[-1] + 1]
        wanted, mask = indices[area], changed[area]
        # Any colour that no changed pixel needs can stand for "as before" in this frame alone, so none is lost to it.
        clear = self._unused(wanted, mask)
        whole = Block(wanted, left, top, None)
        if clear is None:
            return [whole]
        holes = Block(chosen(mask, wanted, np.uint8(clear)), left, top, clear)
        return [holes] if np.count_nonzero(mask) < _BOTH_FROM * mask.size else [holes, whole]

    def _unused(self, wanted: Indices, mask: Mask) -> int | None:
        """Return a palette index that no changed pixel needs, the last one again when it will do."""
        if (wanted == self._clear).any():
            unused = np.flatnonzero(np.bincount(wanted.ravel(), minlength=256) == 0)
            if len(unused) == 0:
                unused = np.flatnonzero(np.bincount(wanted[mask], minlength=256) == 0)
            if len(unused) == 0:
                return None
            self._clear = int(unused[len(unused) // 2])
        return self._clear
