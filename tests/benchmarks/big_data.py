"""A million pictures in a file, trained on in blocks without being read into memory, against the same in memory."""

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figure import Figure
from tests.benchmarks.memory import in_child
from tests.benchmarks.mnist import open_mnist
from tests.benchmarks.tiled import write_tiled

_COUNT, _SIDE, _ROUNDS, _SECONDS = 1_000_000, 28, 5, 5
_SHARE, _COPIES = 0.8, 0.6


def measure(data: Path) -> Iterator[Figure]:
    """Train both ways in turns, each in a process of its own."""
    images = open_mnist(data)
    with tempfile.TemporaryDirectory() as place:
        path = str(write_tiled(Path(place) / "million.npy", images, _COUNT, _SIDE))
        told = {"path": path, "latent_dim": 2, "seconds": _SECONDS}
        mapped, held = [], []
        for number in range(_ROUNDS):
            child = "tests.benchmarks.growth_child"
            mapped.append(in_child(child, told | {"blocks": True, "encode": number == 0}))
            held.append(in_child(child, told | {"in_memory": True}))
    for clock in ("rate", "cpu_rate"):  # the wall's, and the processor's, which neighbours on the machine disturb less
        rate, peer = (statistics.median(one[clock] for one in way) for way in (mapped, held))
        promised = rate >= _SHARE * peer if clock == "cpu_rate" else None
        yield Figure(f"big_data.{clock}", rate, "pictures/s", peer, promised)
    yield Figure("big_data.opened", statistics.median(one["opened"] for one in mapped), "s")
    first = mapped[0]
    memory, size = first["most"] / 1e6, first["bytes"] / 1e6
    yield Figure("big_data.memory", memory, "MB", held[0]["most"] / 1e6, memory < _COPIES * size)
    yield Figure("big_data.codes", first["codes"], "pictures/s")
    yield Figure("big_data.held_out", first["held_out"], "s")
