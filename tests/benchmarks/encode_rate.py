"""All 70,000 MNIST pictures encoded, beside pythae's `embed`."""

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figure import Figure
from tests.benchmarks.mnist import open_mnist
from tests.benchmarks.peers.rates import rates

_REACH = 5.0  # times pythae's rate


def measure(data: Path) -> Iterator[Figure]:
    """Encode with both networks; pythae is given batches of 1,000, which it does not make by itself."""
    open_mnist(data)
    for network in ("dense", "conv"):
        found = rates("encode", network, data, peers=("pythae",))
        ours, theirs = found["studio"], found["pythae"]
        yield Figure(f"encode_rate.{network}", ours, "pictures/s", theirs, ours >= _REACH * theirs)
