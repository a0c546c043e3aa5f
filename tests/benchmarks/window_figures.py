"""The window while it trains MNIST: what it costs the training, how fast it answers, and how much memory it takes."""

import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.benchmarks.children import child
from tests.benchmarks.figure import Figure
from tests.benchmarks.mnist import open_mnist

_ROUNDS = 3
_LEAST_RATE = 0.95  # of the command line's
_PULSE, _WORST_PULSE = 33.0, 100.0  # ms
_ANSWER, _SLOW_ANSWER = 8.0, 33.0  # ms
_LEAST_PICTURES = 30.0  # a second
_MEMORY = 300.0  # MB


def measure(data: Path) -> Iterator[Figure]:
    """Train the default preset in the command line's loop and in the window, in turns, in fresh processes.

    rate: pictures trained a second of the wall clock, from four seconds after the first step on, for twelve seconds,
    with everything that happens between steps: held-out measurement, saving, looking. In the window the map, the
    curves and the reconstructions are live, a hand drags over the map all the time and a place is decoded every
    16 ms. The peer is the loop of `vae-studio train` with its progress line.
    pulse: the gaps between two beats of a precise 16 ms timer of the window's thread, in those twelve seconds.
    answer: the clock starts when the mouse moves, on a grid of 16 ms that waits for nobody, so that a move that the
    window was too busy to take in counts from when it was made; it stops when `decodedImage` has painted the picture
    of that place, or of a later one. pictures: how many different places were painted there a second.
    memory: resident memory after the training's end, when the map holds all pictures, less that of the same window
    before, with the example open.
    """
    open_mnist(data)  # says what is missing
    rounds = []
    for _ in range(_ROUNDS):
        loop = child("tests.benchmarks.loop_child", str(data))
        rounds.append({"loop": loop["rate"], **child("tests.benchmarks.window_child", str(data), "rate")})
    name = "window_figures"
    middle = {key: median(one[key] for one in rounds) for key in rounds[0]}
    share = median(one["rate"] / one["loop"] for one in rounds)
    yield Figure(f"{name}.rate", middle["rate"], "pictures/s", middle["loop"])
    yield Figure(f"{name}.rate.share", share, "of the loop's", _LEAST_RATE, share >= _LEAST_RATE)
    for figure, limit in (
        ("pulse.p99", _PULSE),
        ("pulse.max", _WORST_PULSE),
        ("answer.p50", _ANSWER),
        ("answer.p99", _SLOW_ANSWER),
    ):
        yield Figure(f"{name}.{figure}", middle[figure], "ms", limit, middle[figure] <= limit)
    pictures = middle["pictures"]
    yield Figure(f"{name}.pictures", pictures, "pictures/s", _LEAST_PICTURES, pictures >= _LEAST_PICTURES)
    if sys.platform.startswith("linux"):
        held = child("tests.benchmarks.window_child", str(data), "memory")
        yield Figure(f"{name}.memory.idle", held["idle"], "MB")
        yield Figure(f"{name}.memory", held["grown"], "MB", _MEMORY, held["grown"] <= _MEMORY)
