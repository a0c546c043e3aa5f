"""The map's camera: which part of the plane is seen, and how places on it become pixels and back."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

_MARGIN = 0.06  # free space around fitted points, as a share of the widget
_SMALLEST, _LARGEST = 1e-6, 1e9  # pixels per unit


@dataclass(frozen=True)
class Camera:
    """A view of the plane with equal aspect; y points up on the plane and down on the widget."""

    x: float = 0.0  # the place in the middle of the widget
    y: float = 0.0
    scale: float = 100.0  # pixels per unit
    width: float = 1.0  # of the widget, pixels
    height: float = 1.0

    def to_widget(self, x: float, y: float) -> tuple[float, float]:
        """Return the pixel of a place."""
        return (x - self.x) * self.scale + self.width / 2, (self.y - y) * self.scale + self.height / 2

    def to_map(self, left: float, top: float) -> tuple[float, float]:
        """Return the place under a pixel."""
        return (left - self.width / 2) / self.scale + self.x, self.y - (top - self.height / 2) / self.scale

    def sees(self, place: tuple[float, float], margin: float) -> bool:
        """Tell whether a place lies in the widget, or so many pixels beside it; one that is no number does not."""
        left, top = self.to_widget(*place)
        return -margin <= left <= self.width + margin and -margin <= top <= self.height + margin

    def rect(self) -> tuple[float, float, float, float]:
        """Return what is seen: x0, y0, x1, y1 with x0 < x1 and y0 < y1."""
        half_x, half_y = self.width / 2 / self.scale, self.height / 2 / self.scale
        return self.x - half_x, self.y - half_y, self.x + half_x, self.y + half_y

    def resized(self, width: float, height: float) -> "Camera":
        """Return the view in a widget of another size: what was seen stays seen."""
        width, height = max(width, 1.0), max(height, 1.0)
        grown = min(width, height) / max(min(self.width, self.height), 1.0) if self.width > 1 else 1.0
        return replace(self, width=width, height=height, scale=_bounded(self.scale * grown))

    def zoomed(self, factor: float, left: float, top: float) -> "Camera":
        """Return the view magnified so that the place under a pixel stays under it."""
        scale = _bounded(self.scale * factor)
        x, y = self.to_map(left, top)
        return replace(
            self,
            scale=scale,
            x=x - (left - self.width / 2) / scale,
            y=y + (top - self.height / 2) / scale,
        )

    def panned(self, right: float, down: float) -> "Camera":
        """Return the view after the plane was dragged by so many pixels."""
        return replace(self, x=self.x - right / self.scale, y=self.y + down / self.scale)

    def fitted(self, xy: npt.NDArray[np.float32]) -> "Camera":
        """Return the view in which all the points are seen, but for a few far strays."""
        xy = xy[np.isfinite(xy).all(axis=1)]
        if len(xy) == 0:
            low, high = np.full(2, -3.0), np.full(2, 3.0)
        elif len(xy) < 200:
            low, high = xy.min(axis=0), xy.max(axis=0)
        else:
            low, high = np.quantile(xy, [0.001, 0.999], axis=0)
            spread = 0.04 * (high - low)
            low, high = low - spread, high + spread
        size = np.maximum(high - low, 1e-3)
        room = 1 - 2 * _MARGIN
        scale = float(min(self.width * room / size[0], self.height * room / size[1]))
        middle = (low + high) / 2
        return replace(self, x=float(middle[0]), y=float(middle[1]), scale=_bounded(scale))

    def towards(self, other: "Camera", share: float) -> "Camera":
        """Return the view a share of the way to another one of the same widget."""
        return replace(
            self,
            x=self.x + (other.x - self.x) * share,
            y=self.y + (other.y - self.y) * share,
            scale=self.scale * (other.scale / self.scale) ** share,
        )


def ticks(low: float, high: float, about: int) -> list[float]:
    """Return round numbers between two values, about so many."""
    if not high > low or about < 1:
        return []
    raw = (high - low) / about
    power = 10.0 ** np.floor(np.log10(raw))
    step = float(next(power * nice for nice in (1, 2, 5, 10) if power * nice >= raw * 0.999))
    return [float(round(n * step, 12)) for n in range(int(np.ceil(low / step)), int(np.floor(high / step)) + 1)]


def _bounded(scale: float) -> float:
    return min(max(scale, _SMALLEST), _LARGEST)
