"""Colours that tell labels apart, on light and on dark ground."""

import colorsys

import numpy as np
import numpy.typing as npt

# Picked so that any two differ by at least 0.12 in OKLab (0.09 with red- or green-blindness simulated), and each
# has a contrast of at least 1.75 to white and 2.4 to a dark window.
_PICKED = (
    (0, 114, 178),
    (173, 19, 116),
    (58, 225, 19),
    (229, 168, 253),
    (166, 122, 0),
    (28, 181, 151),
    (38, 55, 252),
    (110, 134, 255),
    (160, 62, 0),
    (155, 170, 64),
    (167, 107, 112),
    (128, 213, 146),
    (85, 149, 185),
)
_GOLDEN = 0.6180339887498949  # turns of the hue; successive multiples never come close to each other


def label_colours(count: int) -> npt.NDArray[np.uint8]:
    """Return a colour for each of `count` labels, [count, 3]; a label keeps its colour when others are added."""
    beyond = range(max(0, count - len(_PICKED)))
    more = [colorsys.hls_to_rgb(i * _GOLDEN % 1, (0.42, 0.6, 0.51)[i % 3], (0.75, 0.55)[i // 3 % 2]) for i in beyond]
    extra = np.round(np.array(more).reshape(-1, 3) * 255)
    return np.concatenate([np.array(_PICKED)[:count], extra]).astype(np.uint8)
