"""The benchmarks that can be run by name."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from tests.benchmarks.figure import Figure

Measure = Callable[[Path], Iterator[Figure]]  # given the folder of data sets


@dataclass(frozen=True)
class Benchmark:
    """A module of this package with a function `measure`, imported only when it is run."""

    name: str
    summary: str

    def measure(self, data: Path) -> Iterator[Figure]:
        """Yield the figures, each as soon as it is known."""
        measure: Measure = import_module(f"tests.benchmarks.{self.name}").measure
        yield from measure(data)


BENCHMARKS = {
    benchmark.name: benchmark
    for benchmark in (
        Benchmark("keras_figures", "The Keras example's network and training: held-out nats beside Keras' own."),
        Benchmark("default_figures", "What the default preset reaches on MNIST in five epochs, and how fast."),
    )
}
