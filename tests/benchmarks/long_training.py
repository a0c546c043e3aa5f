"""What ten minutes of the thorough preset reach on MNIST with a 2-D code."""

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figure import Figure
from tests.benchmarks.mnist import open_mnist
from tests.benchmarks.nats_figures import train

_EPOCHS, _NATS, _SECONDS = 40, 132.0, 600.0


def measure(data: Path) -> Iterator[Figure]:
    """Train from the start to the end, held-out figures included."""
    _, _, seconds, last = train(open_mnist(data), "thorough", _EPOCHS, _NATS)
    yield Figure("long_training.held_out", last, "nats", _NATS, last <= _NATS)
    yield Figure("long_training.seconds", seconds, "s", _SECONDS, seconds <= _SECONDS)
