"""The plainest PNG files, read at a third of the usual cost: what folders of small pictures mostly hold."""

import struct
import zlib
from collections.abc import Sequence

import numpy as np
from PIL import Image

from vae_studio.data.image_set import Pictures

_HEAD = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_AFTER_HEAD = 33
_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"
_MODES = {0: "L", 2: "RGB"}
_MOST_PIXELS = 1 << 20  # larger ones gain nothing
_PLAIN = (b"IDAT", b"IEND", b"tEXt", b"pHYs", b"gAMA", b"cHRM", b"sRGB", b"tIME", b"sBIT")  # none changes the pixels


def plain_png(content: bytes) -> Image.Image | None:
    """Return the picture of an 8-bit grey or RGB file, not interlaced, sound and without frills; None for any other.

    A file refused here may still be a picture: the general reader decides, and says what is wrong with it.
    """
    form = _form(content)
    packed = _packed(content) if form else None
    if form is None or packed is None:
        return None
    mode, width, height = form
    try:
        return Image.frombytes(mode, (width, height), packed, "zip", mode)
    except (ValueError, OSError, SyntaxError):
        return None


def plain_pngs(contents: Sequence[bytes], size: tuple[int, int], grey: bool = False) -> Pictures | None:
    """Return the pictures [N, H, W, C] of files that all are plain, of one kind and of this size (width, height).

    None when one is not. Their rows are put under each other and read as one tall picture: calls cost more than pixels.
    """
    form = _form(contents[0])
    if form is None or form[1:] != size or _packed(contents[0]) is None:
        return None
    mode, width, height = form
    row = 1 + width * len(mode)  # the first byte says how the row is foretold from the one above
    blank = bytes(row)  # there is none above a picture: nothing may be foretold from another's last
    head = contents[0][:_AFTER_HEAD]
    parts: list[bytes] = []
    for content in contents:
        rows = _rows(content, head, height * row)
        if rows is None:
            return None
        parts += (blank, rows)
    try:
        packed = zlib.compress(b"".join(parts), 0)
        tall = Image.frombytes(mode, (width, (height + 1) * len(contents)), packed, "zip", mode)
    except (ValueError, OSError, SyntaxError):
        return None
    pixels = np.asarray(tall.convert("L") if grey else tall).reshape(len(contents), height + 1, width, -1)
    return pixels[:, 1:]


def _form(content: bytes) -> tuple[str, int, int] | None:
    """Return the mode, width and height of a file that may be plain."""
    if len(content) < _AFTER_HEAD or not content.startswith(_HEAD):
        return None
    width, height, depth, colours, method, filters, interlaced = struct.unpack_from(">IIBBBBB", content, 16)
    mode = _MODES.get(colours)
    if mode is None or depth != 8 or method or filters or interlaced or not 0 < width * height <= _MOST_PIXELS:
        return None
    return mode, width, height


def _rows(content: bytes, head: bytes, length: int) -> bytes | None:
    """Return the rows of a file that begins as another did, as they are before they are foretold, so many bytes."""
    packed = _packed(content, len(head)) if content.startswith(head) else None
    if packed is None:
        return None
    unpacking = zlib.decompressobj()
    try:
        rows = unpacking.decompress(packed, length + 1)
    except zlib.error:
        return None
    return rows if unpacking.eof and len(rows) == length else None


def _packed(content: bytes, at: int = 8) -> bytes | None:
    """Return the compressed pixels, None when a chunk from byte `at` on is broken or of another kind."""
    parts = []
    while at + 12 <= len(content):
        length, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        end = at + 8 + length
        if zlib.crc32(content[at + 4 : end]) != int.from_bytes(content[end : end + 4], "big"):
            return None
        if kind == b"IDAT":
            parts.append(content[at + 8 : end])
        elif kind not in _PLAIN and at > 8:
            return None
        if kind == b"IEND" or content[end + 4 :] == _END:
            return parts[0] if len(parts) == 1 else b"".join(parts)
        at = end + 4
    return None
