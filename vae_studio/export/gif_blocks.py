"""The blocks of a GIF: each turns what the screen shows into the next frame, in as few bytes as we can."""

import struct

import numpy as np
from PIL import Image

from vae_studio.export.gif_colours import Indices, Mask, chosen

_STILL = 0  # the palette index of the one clear pixel where nothing has changed
_BOTH_FROM = 0.5  # share of changed pixels from which a block without holes may be the smaller one


class Screen:
    """What a player shows after the blocks so far."""

    def __init__(self, delay_centiseconds: int) -> None:
        self.shown: Indices | None = None
        self._delay = delay_centiseconds
        self._clear = 255  # stood for "as before" in the last frame; most often it can again

    def show(self, indices: Indices) -> bytes:
        """Return the block that turns what is shown into a frame [H, W]."""
        before, self.shown = self.shown, indices
        if before is None:
            return self._block(indices, 0, 0, None)
        return self._changes(indices, before)

    def _changes(self, indices: Indices, before: Indices) -> bytes:
        changed = indices != before
        rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
        if len(rows) == 0:  # still a frame: it takes its time
            return self._block(np.full((1, 1), _STILL, np.uint8), 0, 0, _STILL)
        top, left = int(rows[0]), int(columns[0])
        area = np.s_[top : rows[-1] + 1, left : columns[-1] + 1]
        wanted, mask = indices[area], changed[area]
        # Any colour that no changed pixel needs can stand for "as before" in this frame alone, so none is lost to it.
        clear = self._unused(wanted, mask)
        if clear is None:
            return self._block(wanted, left, top, None)
        holes = self._block(chosen(mask, wanted, np.uint8(clear)), left, top, clear)
        if np.count_nonzero(mask) < _BOTH_FROM * mask.size:
            return holes
        return min(holes, self._block(wanted, left, top, None), key=len)

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

    def _block(self, indices: Indices, left: int, top: int, clear: int | None) -> bytes:
        """Return a graphic control extension and an image, compressed by Pillow's encoder."""
        height, width = indices.shape
        keep = 1 << 2  # the next frame is drawn over this one
        control = struct.pack("<BBBBHBB", 0x21, 0xF9, 4, keep | (clear is not None), self._delay, clear or 0, 0)
        descriptor = struct.pack("<BHHHHBB", 0x2C, left, top, width, height, 0, 8)
        pixels = Image.fromarray(np.ascontiguousarray(indices)).tobytes("gif", "L", 8, 0)
        return control + descriptor + pixels + b"\x00"
