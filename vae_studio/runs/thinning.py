"""Which moments of a training are kept when there are too many: those that lie evenly in the logarithm of time."""

import math
from collections.abc import Sequence


def log_time(step: int) -> float:
    """Return the place of a step on a scale where early life, in which most is learned, has as much room as late."""
    return math.log1p(step)


def thinned(steps: Sequence[int], most: int) -> list[int]:
    """Return which of the rising steps to keep, as indices: the first, the last, and no more than `most` in all.

    One after the other goes the moment whose neighbours lie closest. So no gap that is made is wider than
    2 / (most - 1) of the whole span in log time, twice that of an even spacing, also when more are added later and
    thinned again. `most` is at least 2.
    """
    kept = list(range(len(steps)))
    times = [log_time(step) for step in steps]
    while len(kept) > max(most, 2):
        gaps = [times[after] - times[before] for before, after in zip(kept, kept[2:], strict=False)]
        del kept[1 + gaps.index(min(gaps))]
    return kept


def is_due(steps: Sequence[int], step: int, most: int) -> bool:
    """Tell whether a moment at `step` would outlast the next ones, once as many as `most` are kept."""
    if len(steps) < most:
        return True
    even = (log_time(step) - log_time(steps[0])) / max(most - 1, 1)
    return log_time(step) - log_time(steps[-1]) >= even / 2
