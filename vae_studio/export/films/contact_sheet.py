"""A film as a contact sheet: all frames on one PNG, with their numbers."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from vae_studio.data.image_set import Pictures
from vae_studio.data.progress import Progress
from vae_studio.export.film_formats import SheetOptions
from vae_studio.export.lettering import font_for
from vae_studio.export.page import Page
from vae_studio.export.reel import Reel
from vae_studio.export.sheet import write_png

_PAPER = 255
_INK = 110
_SMALLEST, _LARGEST = 9, 15  # pixels a number is high


def write(path: Path, reel: Reel, options: SheetOptions, progress: Progress) -> None:
    """Write the frames row by row; raises UsageError when the sheet would be too large."""
    width, height = reel.size
    letters = int(np.clip(height // 12, _SMALLEST, _LARGEST)) if options.numbers else 0
    below = round(letters * 1.5)
    font = font_for("0123456789", letters) if letters else None
    wide = int(font.getlength(str(reel.count))) + 2 if font else 0  # numbers under the tiniest frames need room
    page = Page.of(reel.count, (max(width, wide), height + below), options.columns, options.gap)
    paper = page.paper((_PAPER,) * reel.shape[2])
    inset = (page.width - width) // 2
    for number, frame in enumerate(reel.watched(progress)):
        page.put(paper, number, np.pad(frame, ((0, 0), (inset, 0), (0, 0)), constant_values=_PAPER))
    if font is None:
        write_png(path, paper)
        return
    image = Image.fromarray(paper[..., 0] if reel.shape[2] == 1 else paper)
    draw = ImageDraw.Draw(image)
    ink = _INK if reel.shape[2] == 1 else (_INK,) * 3
    for number in range(reel.count):
        left, top = page.corner(number)
        middle = (left + page.width / 2, top + height + below / 2)
        draw.text(middle, str(number + 1), fill=ink, font=font, anchor="mm")
    drawn: Pictures = np.asarray(image)
    write_png(path, drawn[..., None] if drawn.ndim == 2 else drawn)
