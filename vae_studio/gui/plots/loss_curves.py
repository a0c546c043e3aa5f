"""The numbers behind the loss plot: curves by split and term, their table, and a range that ignores the wild start."""

import csv
import io
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Span = tuple[float, float]  # lowest and highest value of an axis
CurveKey = tuple[str, str]  # (split, term)
Curves = dict[CurveKey, tuple[Floats, Floats]]
SPLITS = ("train", "held_out")  # that are drawn
_MEANS = "epoch"  # the training's means over each epoch, after which the held-out pictures were measured
TERMS = ("total", "reconstruction", "kl")
SPLIT_TITLES = {"train": "training", "held_out": "held out"}
_NONE = np.zeros(0), np.zeros(0)
_ROOM, _FILLED = 0.2, 0.6  # of an axis: what is free beyond growing curves; what they fill at least
TITLES = {"total": "total", "reconstruction": "reconstruction", "kl": "KL"}


def tidy(curves: Mapping[CurveKey, tuple[npt.ArrayLike, npt.ArrayLike]]) -> Curves:
    """Return copies as float64 arrays of equal length; raises ValueError for unknown names or unequal lengths."""
    tidied: Curves = {}
    for (split, term), (x, y) in curves.items():
        if split not in (*SPLITS, _MEANS) or term not in TERMS:
            raise ValueError(f"there is no curve ({split!r}, {term!r})")
        across, up = np.array(x, np.float64).ravel(), np.array(y, np.float64).ravel()
        if len(across) != len(up):
            raise ValueError(f"the curve ({split!r}, {term!r}) has {len(across)} x but {len(up)} y")
        tidied[split, term] = (across, up)
    return tidied


def robust_range(ys: list[Floats], log: bool) -> Span | None:
    """Return a lowest and highest value that show the curves' course; the huge values of the first steps are cut off.

    For a logarithmic axis only values above 0 count, and the range is in powers of ten. None when there is nothing.
    """
    lows, highs = [], []
    for y in ys:
        good = y[np.isfinite(y) & (y > 0)] if log else y[np.isfinite(y)]
        if len(good) == 0:
            continue
        lows.append(float(good.min()))
        late = good[len(good) // 10 :] if len(good) >= 50 else good  # the first tenth may overshoot the frame
        start = float(np.quantile(late, 0.98)) if len(late) >= 45 else float(late.max())
        highs.append(max(start, float(good[-1])))
    if not lows:
        return None
    low, high = min(lows), max(highs)
    if log:
        low, high = float(np.log10(low)), float(np.log10(high))
    pad = 0.06 * (high - low) if high > low else max(abs(high) * 0.05, 0.1)
    return low - pad, high + pad


def settled(now: Span, wanted: Span) -> Span:
    """Return what an axis shows of growing curves: the same for as long as they lie in it and fill most of it.

    An axis that moves with every new value is hard to read, and is painted anew each time.
    """
    (lowest, highest), (low, high) = now, wanted
    room = _ROOM * (high - low)
    bottom = low - room if low < lowest else lowest
    top = high + room if high > highest else highest
    if max(lowest - low, high - highest) > room or high - low < _FILLED * (top - bottom):
        return wanted  # other curves
    return bottom, top


def value_at(x: Floats, y: Floats, place: float) -> float | None:
    """Return the curve's value at the measured x nearest to a place, or None for an empty curve."""
    if len(x) == 0:
        return None
    after = int(np.clip(np.searchsorted(x, place), 0, len(x) - 1))
    before = max(after - 1, 0)
    nearest = before if abs(x[before] - place) <= abs(x[after] - place) else after
    return float(y[nearest]) if np.isfinite(y[nearest]) else None


def newest(curves: Curves, split: str, term: str) -> float | None:
    """Return a curve's last value; of the training that of the whole epoch that the held-out pictures came after."""
    x, y = curves.get((split, term), _NONE)
    if split == "train" and len(curves.get((_MEANS, term), _NONE)[0]):
        x, y = curves[_MEANS, term]
    return float(y[-1]) if len(x) and np.isfinite(y[-1]) else None


def as_csv(curves: Curves) -> str:
    """Return a table: epoch, then one column per curve, empty where a curve has no value."""
    columns = [key for split in (*SPLITS, _MEANS) for term in TERMS if (key := (split, term)) in curves]
    table: dict[float, dict[CurveKey, float]] = {}
    for key in columns:
        for x, y in zip(*curves[key], strict=True):
            table.setdefault(float(x), {})[key] = float(y)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["epoch", *(f"{split}_{term}" for split, term in columns)])
    for x in sorted(table):
        writer.writerow([f"{x:.10g}", *(f"{table[x][key]:.10g}" if key in table[x] else "" for key in columns)])
    return text.getvalue()
