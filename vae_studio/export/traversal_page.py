"""Traversals as pictures: a row for each dimension, or all dimensions moving at once."""

from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageDraw

from vae_studio.data.image_set import Pictures
from vae_studio.export.lettering import Font, font_for
from vae_studio.export.page import Page
from vae_studio.export.resizing import Resampling, resize
from vae_studio.latent.codes import Decode
from vae_studio.latent.traversal import Traversals

_GAP = 6
_PAPER, _INK, _FAINT = (255, 255, 255), (40, 40, 46), (130, 130, 136)
_SMALLEST, _LARGEST = 10, 18  # pixels a letter is high


def draw_sheet(
    walks: Traversals, decode: Decode, reach: float, size: int = 0, resampling: Resampling = "lanczos"
) -> Pictures:
    """Draw a row for each dimension, named at its left with its KL, [H, W, 3].

    `reach` is how many standard deviations the rows go to either side. Raises UsageError when the sheet is too large.
    """
    rows, columns, _ = walks.codes.shape
    _, height, width, _ = resize(decode(walks.codes[0, :1]), size, resampling).shape
    page = Page.of(rows * columns, (width, height), columns, _GAP)
    paper = page.paper(_PAPER)
    for row, codes in enumerate(walks.codes):
        for column, picture in enumerate(decode(codes)):
            page.put(paper, row * columns + column, resize(picture[None], size, resampling)[0])
    return _with_names(paper, page, walks, reach)


def frames_of(
    walks: Traversals, decode: Decode, size: int = 0, resampling: Resampling = "lanczos"
) -> Iterator[Pictures]:
    """Yield frames [H, W, 3] on which every dimension goes from its low end to its high end and back, without a jump.

    There are 2 F - 2 of them for F codes in a row.
    """
    steps = walks.codes.shape[1]
    for step in [*range(steps), *range(steps - 2, 0, -1)]:
        pictures = resize(decode(walks.codes[:, step]), size, resampling)
        _, height, width, _ = pictures.shape
        font = _font(height)
        page = Page.of(len(pictures), (width, height + round(font.size * 1.6)), gap=_GAP)
        paper = page.paper(_PAPER)
        for number, picture in enumerate(pictures):
            page.put(paper, number, picture)
        image = Image.fromarray(paper)
        draw = ImageDraw.Draw(image)
        for number, dimension in enumerate(walks.order):
            left, top = page.corner(number)
            middle = (left + width / 2, top + (height + page.height) / 2)
            draw.text(middle, f"z{dimension + 1}", fill=_INK, font=font, anchor="mm")
        yield np.asarray(image)


def _with_names(paper: Pictures, page: Page, walks: Traversals, reach: float) -> Pictures:
    font, small = _font(page.height), _font(page.height * 0.8)
    names = [f"z{dimension + 1}" for dimension in walks.order]
    tells = ["" if np.isnan(nats) else f"{nats:.2f} nats" for nats in walks.kl]
    left = round(max(small.getlength(text) for text in [*names, *tells]) * 1.1) + 3 * _GAP
    above = round(small.size * 1.8)
    image = Image.new("RGB", (left + paper.shape[1], above + paper.shape[0]), _PAPER)
    image.paste(Image.fromarray(paper), (left, above))
    draw = ImageDraw.Draw(image)
    columns = walks.codes.shape[1]
    for row, (name, tell) in enumerate(zip(names, tells, strict=True)):
        middle = above + page.corner(row * columns)[1] + page.height / 2
        draw.text((left - _GAP, middle), name, fill=_INK, font=font, anchor="rb")
        draw.text((left - _GAP, middle + 2), tell, fill=_FAINT, font=small, anchor="ra")
    for column in {0, (columns - 1) // 2, columns - 1} if columns % 2 else {0, columns - 1}:
        share = reach * (2 * column / (columns - 1) - 1)
        middle = left + page.corner(column)[0] + page.width / 2
        text = "0" if share == 0 else f"{share:+.3g} σ".replace("-", "−")
        draw.text((middle, above / 2 + _GAP / 2), text, fill=_FAINT, font=small, anchor="mm")
    return np.asarray(image)


def _font(height: float) -> Font:
    return font_for("z0123456789.,+−nats σ", float(np.clip(height / 5, _SMALLEST, _LARGEST)))
