"""How rate and memory grow with the number of pictures, their size and the length of the code."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figure import Figure
from tests.benchmarks.memory import in_child
from tests.benchmarks.mnist import open_mnist
from tests.benchmarks.tiled import write_tiled

_COUNTS, _SIDES, _DIMS = (1_000, 10_000, 100_000, 1_000_000), (28, 64, 128), (2, 16, 64, 256)
_SIDES_COUNT, _SECONDS = 10_000, 4
_SLOWER = 0.7  # of the rate with ten thousand pictures: more of them must not train slower than that
_BASE = 600e6  # bytes for torch's own buffers, weights and activations


def measure(data: Path) -> Iterator[Figure]:
    """Train some seconds at each point of the table, in a process of its own; the file is mapped, never copied."""
    images = open_mnist(data)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "pictures.npy"
        first = 0.0
        for count in _COUNTS:
            write_tiled(path, images, count, _SIDES[0])
            figures = _point(path, encode=True)
            if count > _COUNTS[0]:  # an epoch of a thousand pictures is mostly its held-out losses
                first = first or figures["cpu_rate"]
            yield from _row(f"growth.pictures.{count}", figures, count, first)
        write_tiled(path, images, _SIDES_COUNT, _SIDES[0])
        for dim in _DIMS:
            yield from _row(f"growth.latent_dim.{dim}", _point(path, dim), _SIDES_COUNT)
        for side in _SIDES:
            write_tiled(path, images, _SIDES_COUNT, side)
            yield from _row(f"growth.side.{side}", _point(path), _SIDES_COUNT)


def _point(path: Path, latent_dim: int = 2, encode: bool = False) -> dict[str, float]:
    told = {"path": str(path), "latent_dim": latent_dim, "seconds": _SECONDS, "encode": encode}
    return in_child("tests.benchmarks.growth_child", told)


def _row(name: str, figures: dict[str, float], count: int, first: float = 0) -> Iterator[Figure]:
    rate, most = figures["cpu_rate"], figures["most"]  # the processor's clock: neighbours disturb it less
    yield Figure(f"{name}.rate", rate, "pictures/s", first or None, rate >= _SLOWER * first if first else None)
    # A float copy would be four times the bytes; the order of an epoch and the codes are all that may grow.
    yield Figure(f"{name}.memory", most / 1e6, "MB", figures["bytes"] / 1e6, most < _BASE + figures["bytes"])
    if figures["codes"]:
        yield Figure(f"{name}.codes", figures["codes"], "pictures/s")
        yield Figure(f"{name}.opened", figures["opened"], "s")
        yield Figure(f"{name}.held_out", 1e6 * figures["held_out"] / max(count * 0.1, 1), "s/million")
