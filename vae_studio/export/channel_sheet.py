"""A sheet of what comes back when noise is added to codes on their way to the decoder: a block for each run."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from vae_studio.data.image_set import Pictures
from vae_studio.export.lettering import Font, fitted, font_for
from vae_studio.export.page import Page
from vae_studio.export.resizing import resize

_GAP = 4
_PAPER, _INK, _FAINT = (255, 255, 255), (40, 40, 46), (130, 130, 136)
_SMALLEST, _LARGEST = 10, 18  # pixels a letter is high


@dataclass(frozen=True, eq=False)
class Block:
    """What came back of some pictures in one run."""

    name: str
    originals: Pictures  # [N, H, W, C]
    amounts: tuple[float, ...]
    returned: Pictures  # [A, N, H, W, C], a row for each amount

    def errors(self) -> list[float]:
        """Return the squared error of each amount, summed over pixels from 0 to 1, mean over pictures."""
        away = (self.returned.astype(np.float64) - self.originals) / 255
        return [float(value) for value in (away**2).sum(axis=(2, 3, 4)).mean(axis=1)]


def draw_sheet(blocks: list[Block], size: int = 0) -> Pictures:
    """Draw the blocks below each other, each with its name, its originals and a row for each amount, [H, W, 3]."""
    drawn = [_block(block, size) for block in blocks]
    width = max(picture.shape[1] for picture in drawn)
    padded = [np.pad(p, ((0, 0), (0, width - p.shape[1]), (0, 0)), constant_values=255) for p in drawn]
    return np.concatenate(padded)


def _block(block: Block, size: int) -> Pictures:
    count = len(block.originals)
    rows = [resize(pictures, size) for pictures in (block.originals, *block.returned)]
    _, height, width, _ = rows[0].shape
    page = Page.of(count * len(rows), (width, height), count, _GAP)
    paper = page.paper(_PAPER)
    for row, pictures in enumerate(rows):
        for column, picture in enumerate(pictures):
            page.put(paper, row * count + column, picture)
    font, small = _font(height), _font(height * 0.8)
    names = ["original", *(f"noise {amount:g}" for amount in block.amounts)]
    tells = ["", *(f"error {error:.3g}" for error in block.errors())]
    left = round(max(font.getlength(text) for text in [*names, *tells]) * 1.1) + 3 * _GAP
    above = round(font.size * 2)
    image = Image.new("RGB", (left + paper.shape[1], above + paper.shape[0]), _PAPER)
    image.paste(Image.fromarray(paper), (left, above))
    draw = ImageDraw.Draw(image)
    title, font_of_title = fitted(block.name, image.width - 4 * _GAP, font.size * 1.1, _SMALLEST)
    draw.text((2 * _GAP, above / 2 + _GAP / 2), title, fill=_INK, font=font_of_title, anchor="lm")
    for row, (name, tell) in enumerate(zip(names, tells, strict=True)):
        middle = above + page.corner(row * count)[1] + height / 2
        draw.text((left - _GAP, middle), name, fill=_INK, font=font, anchor="rb" if tell else "rm")
        draw.text((left - _GAP, middle + 2), tell, fill=_FAINT, font=small, anchor="ra")
    return np.asarray(image)


def _font(height: float) -> Font:
    return font_for("original noise error 0123456789.", float(np.clip(height / 4, _SMALLEST, _LARGEST)))
