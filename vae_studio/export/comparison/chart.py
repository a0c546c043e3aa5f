"""Charts as SVG text: lines and dots in the colours of the page they stand on."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

import numpy as np
import numpy.typing as npt

_WIDTH, _HEIGHT = 720, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 12, 44  # margins
HUES = 8  # classes s0 to s7 that the page gives colours; beyond, lines are dashed


@dataclass(frozen=True, eq=False)
class Series:
    """A line; `style` decides its colour."""

    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]
    style: int
    faint: bool = False
    labels: Sequence[str] = field(default_factory=tuple)  # beside the dots, where dots are wanted
    error: npt.NDArray[np.float64] | None = None  # of y, drawn as bars


def chart(series: Sequence[Series], x_title: str, y_title: str, top: float | None = None) -> str:
    """Return a chart as SVG; what lies above `top` is cut off. Values that are not finite are left out."""
    x_low, x_high = _range([one.x for one in series])
    y_low, y_high = _range([one.y for one in series], top)
    frame = _Frame(x_low, x_high, y_low, y_high)
    parts = [frame.axes(x_title, y_title), '<g clip-path="url(#area)">']
    for one in sorted(series, key=lambda each: not each.faint):
        parts.append(frame.line(one))
    parts += [frame.dots(one) for one in series if one.labels]
    parts.append("</g>")
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(y_title)} over {escape(x_title)}">'
        f'<defs><clipPath id="area"><rect x="{_LEFT}" y="{_TOP - 6}" width="{_WIDTH - _LEFT - _RIGHT + 8}" '
        f'height="{_HEIGHT - _TOP - _BOTTOM + 6}"/></clipPath></defs>' + "".join(parts) + "</svg>"
    )


def style_of(number: int) -> str:
    """Return the class names of the n-th colour."""
    dash = f" d{number // HUES % 3}" if number >= HUES else ""
    return f"s{number % HUES}{dash}"


@dataclass(frozen=True)
class _Frame:
    """Where values lie on the paper."""

    x_low: float
    x_high: float
    y_low: float
    y_high: float

    def x(self, value: float) -> float:
        return _LEFT + (value - self.x_low) / (self.x_high - self.x_low) * (_WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        share = (value - self.y_low) / (self.y_high - self.y_low)
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)

    def axes(self, x_title: str, y_title: str) -> str:
        parts = []
        for value in _ticks(self.y_low, self.y_high, 5):
            at = self.y(value)
            parts.append(f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>')
            parts.append(f'<text x="{_LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{value:g}</text>')
        for value in _ticks(self.x_low, self.x_high, 8):
            at = self.x(value)
            parts.append(f'<text x="{at:.1f}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{value:g}</text>')
        middle = (_LEFT + _WIDTH - _RIGHT) / 2
        parts.append(f'<text x="{middle}" y="{_HEIGHT - 6}" text-anchor="middle">{escape(x_title)}</text>')
        half = (_TOP + _HEIGHT - _BOTTOM) / 2
        turned = f'transform="rotate(-90 14 {half})"'
        parts.append(f'<text x="14" y="{half}" text-anchor="middle" {turned}>{escape(y_title)}</text>')
        return "".join(parts)

    def line(self, series: Series) -> str:
        good = np.isfinite(series.x) & np.isfinite(series.y)
        points = " ".join(
            f"{self.x(x):.1f},{self.y(y):.1f}" for x, y in zip(series.x[good], series.y[good], strict=True)
        )
        faint = " faint" if series.faint else ""
        return f'<polyline class="{style_of(series.style)}{faint}" points="{points}"/>'

    def dots(self, series: Series) -> str:
        parts = []
        errors = np.zeros(len(series.y)) if series.error is None else series.error
        for x, y, error, label in zip(series.x, series.y, errors, series.labels, strict=True):
            if not (math.isfinite(x) and math.isfinite(y)):
                continue
            at, low, high = self.x(x), self.y(y - error), self.y(y + error)
            hue = style_of(series.style)
            parts.append(f'<line class="{hue}" x1="{at:.1f}" x2="{at:.1f}" y1="{low:.1f}" y2="{high:.1f}"/>')
            parts.append(f'<circle class="{hue}" cx="{at:.1f}" cy="{self.y(y):.1f}" r="4"/>')
            right = at > (_WIDTH + _LEFT) / 2  # beside the dot, on the side where there is room
            place = f'x="{at + (-8 if right else 8):.1f}" y="{self.y(y) - 8:.1f}"'
            anchor = ' text-anchor="end"' if right else ""
            parts.append(f"<text {place}{anchor}>{escape(label)}</text>")
        return "".join(parts)


def _range(values: Sequence[npt.NDArray[np.float64]], top: float | None = None) -> tuple[float, float]:
    """Return the ends of an axis that holds all finite values, with a little room."""
    joined = np.concatenate([*values, np.zeros(0)])
    finite = joined[np.isfinite(joined)]
    if not len(finite):
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    if top is not None and low < top < high:
        high = top
    room = 0.04 * (high - low) or max(abs(low) * 0.1, 0.5)
    return low - room, high + room


def _ticks(low: float, high: float, most: int) -> list[float]:
    """Return round numbers between two ends, at most `most` and some."""
    raw = (high - low) / most
    size = 10 ** math.floor(math.log10(raw))
    step = next(size * times for times in (1, 2, 2.5, 5, 10) if size * times >= raw)
    first = math.ceil(low / step - 1e-9)
    return [round(number * step, 10) for number in range(first, math.floor(high / step + 1e-9) + 1)]
