"""A title: a line of text above or below the frames of a film."""

from collections.abc import Callable
from typing import Literal

import numpy as np
from PIL import Image, ImageDraw

from vae_studio.data.image_set import Pictures
from vae_studio.errors import UsageError
from vae_studio.export.lettering import fitted, one_line

TitlePlace = Literal["above", "below"]

_NARROWEST = 48  # pixels; on less no word can be read
_SMALLEST = 9.0  # pixels of letter height
_SHARE = 0.075  # of the picture's shorter side
_DARK, _LIGHT = 18, 250  # paper of dark and of light films


def titled(first: Pictures, text: str, place: TitlePlace) -> Callable[[Pictures], Pictures]:
    """Return a function that adds the line to a frame [H, W, C]; `first` is one of its frames.

    The paper is dark or light like the rim of the first frame. Raises UsageError when the frames are too narrow.
    """
    line = one_line(text)
    if not line:
        return lambda frame: frame
    band = _band(first, line)

    def add(frame: Pictures) -> Pictures:
        return np.concatenate([band, frame] if place == "above" else [frame, band])

    return add


def _band(first: Pictures, line: str) -> Pictures:
    height, width, channels = first.shape
    if width < _NARROWEST:
        raise UsageError(
            f"A title needs frames at least {_NARROWEST} pixels wide, but these have {width}; choose a larger size."
        )
    size = max(_SMALLEST, min(height, width) * _SHARE)
    shown, font = fitted(line, width - size, size, _SMALLEST)
    rim = np.concatenate([first[0], first[-1], first[:, 0], first[:, -1]])
    dark = float(rim.mean()) < 128
    image = Image.new("L", (width, round(size * 1.9)), _DARK if dark else _LIGHT)
    middle = (width / 2, image.height / 2)
    ImageDraw.Draw(image).text(middle, shown, fill=235 if dark else 30, font=font, anchor="mm")
    return np.asarray(image)[..., None].repeat(channels, axis=2)
