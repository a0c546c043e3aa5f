"""Two ways of doing the same, timed in turns, so that a busy machine slows both."""

import statistics
import time
from collections.abc import Callable

ROUNDS = 7


def alternating(first: Callable[[], object], second: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """Return the median seconds of both, after one round that does not count."""
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds + 1):
        for way, spent in zip((first, second), seconds, strict=True):
            start = time.perf_counter()
            way()
            spent.append(time.perf_counter() - start)
    return statistics.median(seconds[0][1:]), statistics.median(seconds[1][1:])
