"""The plainest PNG files, read at a third of the usual cost: what folders of small pictures mostly hold."""

import struct
import zlib

from PIL import Image

_HEAD = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_AFTER_HEAD = 33
_MODES = {0: "L", 2: "RGB"}
_MOST_PIXELS = 1 << 20  # larger ones gain nothing
_PLAIN = (b"IDAT", b"IEND", b"tEXt", b"pHYs", b"gAMA", b"cHRM", b"sRGB", b"tIME", b"sBIT")  # none changes the pixels


def plain_png(content: bytes) -> Image.Image | None:
    """Return the picture of an 8-bit grey or RGB file, not interlaced, sound and without frills; None for any other.

    A file refused here may still be a picture: the general reader decides, and says what is wrong with it.
    """
    if len(content) < _AFTER_HEAD or not content.startswith(_HEAD):
        return None
    width, height, depth, colours, method, filters, interlaced = struct.unpack_from(">IIBBBBB", content, 16)
    mode = _MODES.get(colours)
    if mode is None or depth != 8 or method or filters or interlaced or not 0 < width * height <= _MOST_PIXELS:
        return None
    packed = _packed(content)
    if packed is None:
        return None
    try:
        return Image.frombytes(mode, (width, height), packed, "zip", mode)
    except (ValueError, OSError, SyntaxError):
        return None


def _packed(content: bytes) -> bytes | None:
    """Return the compressed pixels, None when a chunk is broken or of another kind."""
    parts = []
    at = 8
    while at + 12 <= len(content):
        length, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        end = at + 8 + length
        if zlib.crc32(content[at + 4 : end]) != int.from_bytes(content[end : end + 4], "big"):
            return None
        if kind == b"IDAT":
            parts.append(content[at + 8 : end])
        elif kind == b"IEND":
            return parts[0] if len(parts) == 1 else b"".join(parts)
        elif kind not in _PLAIN and at > 8:
            return None
        at = end + 4
    return None
