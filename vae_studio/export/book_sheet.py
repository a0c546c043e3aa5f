"""A code book as a picture: each entry as what it decodes to, the most used first."""

import math

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from vae_studio.data.image_set import Pictures
from vae_studio.export.lettering import font_for
from vae_studio.export.page import Page
from vae_studio.export.resizing import resize

_GAP = 6
_PAPER, _INK, _FAINT = (255, 255, 255), (40, 40, 46), (170, 170, 176)


_SMALLEST, _LONG = 48, 512  # pixels: of an entry, and of the whole sheet


def draw_book(pictures: Pictures, uses: npt.NDArray[np.int64]) -> Pictures:
    """Draw entries [K, H, W, C] with how often each is used [K], [H', W', 3]; those that are not used are pale."""
    drawn = resize(pictures, max(_SMALLEST, math.ceil(_LONG / math.sqrt(len(pictures)))))
    _, height, width, _ = drawn.shape
    font = font_for("#0123456789,×", float(np.clip(height / 5, 9, 14)))
    page = Page.of(
        len(drawn), (max(width, round(font.getlength("#0000 ×0,000"))), height + round(font.size * 1.5)), 0, _GAP
    )
    paper = page.paper(_PAPER)
    order = np.argsort(-uses, kind="stable")
    for cell, entry in enumerate(order):
        picture = drawn[entry]
        page.put(paper, cell, picture if uses[entry] else (170 + picture // 3).astype(np.uint8))
    image = Image.fromarray(paper)
    draw = ImageDraw.Draw(image)
    for cell, entry in enumerate(order):
        left, top = page.corner(cell)
        place = (left, top + height + font.size * 0.75)
        draw.text(place, f"#{entry} ×{uses[entry]:,}", fill=_INK if uses[entry] else _FAINT, font=font, anchor="lm")
    return np.asarray(image)
