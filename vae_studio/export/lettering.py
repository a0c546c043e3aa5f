"""Letters on pictures: a font that has them all, at a size that fits."""

import unicodedata
from functools import cache

from PIL import ImageFont

Font = ImageFont.FreeTypeFont

_FAMILIES = (  # found by name where systems keep their fonts; the first that has all letters is taken
    "DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf", "segoeui.ttf", "Arial.ttf", "arial.ttf",
    "Arial Unicode.ttf", "NotoSansCJK-Regular.ttc", "msyh.ttc", "PingFang.ttc", "Hiragino Sans GB.ttc", "malgun.ttf",
)  # fmt: skip
_NO_LETTER = "\U0010ffff"  # drawn as the box that stands for what a font does not have


def font_for(text: str, size: float) -> Font:
    """Return a font `size` pixels high that has the letters of a text, or the most of them that can be had.

    Pillow's own font knows little beyond English; others are looked for among the system's.
    """
    wanted = {letter for letter in text if not letter.isspace()}
    best = min((None, *_FAMILIES), key=lambda family: len(wanted - _letters(family, frozenset(wanted))))
    return _font(best, size)


def fitted(text: str, width: float, size: float, smallest: float) -> tuple[str, Font]:
    """Return a text and a font with which it is no wider than `width`: smaller letters first, then fewer of them."""
    font = font_for(text, size)
    while (length := font.getlength(text)) > width and size > smallest:
        size = max(smallest, min(size - 0.5, size * width / length))  # letters do not shrink quite as their size does
        font = font_for(text, size)
    if font.getlength(text) <= width:
        return text, font
    kept = next((end for end in range(len(text), 0, -1) if font.getlength(f"{text[:end]}…") <= width), 0)
    return f"{text[:kept].rstrip()}…" if kept else "", font


def one_line(text: str) -> str:
    """Return a text without line breaks and letters that cannot be drawn, its accents joined to their letters."""
    joined = unicodedata.normalize("NFC", " ".join(text.split()))
    return "".join(letter for letter in joined if unicodedata.category(letter)[0] != "C")


@cache
def _letters(family: str | None, wanted: frozenset[str]) -> frozenset[str]:
    """Return those of some letters that a font has; none when there is no such font."""
    try:
        font = _font(family, 16)
    except OSError:
        return frozenset()
    box = _drawn(font, _NO_LETTER)
    return frozenset(letter for letter in wanted if _drawn(font, letter) != box)


@cache
def _font(family: str | None, size: float) -> Font:
    font = ImageFont.load_default(size) if family is None else ImageFont.truetype(family, size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise OSError("this Pillow draws no fonts of any size")
    return font


def _drawn(font: Font, letter: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(letter)
    return mask.size, bytes(mask)
