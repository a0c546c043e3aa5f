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
    of_mnist: bool = True  # whether it needs the folder of data sets

    def measure(self, data: Path) -> Iterator[Figure]:
        """Yield the figures, each as soon as it is known."""
        measure: Measure = import_module(f"tests.benchmarks.{self.name}").measure
        yield from measure(data)


BENCHMARKS = {
    benchmark.name: benchmark
    for benchmark in (
        Benchmark("keras_figures", "The Keras example's network and training: held-out nats beside Keras' own."),
        Benchmark("nats_figures", "How soon the default preset reaches held-out nats on MNIST, beside Keras."),
        Benchmark("optimisers", "Twelve epochs of Muon beside twenty of AdamW, default preset on MNIST."),
        Benchmark("long_training", "What ten minutes of the thorough preset reach on MNIST."),
        Benchmark("reference", "Likelihoods of VAE, VampPrior, IWAE and sphere beside published ones; hours on a CPU."),
        Benchmark("training_rates", "Rates of the same networks beside pythae and Keras, and their share of the peak."),
        Benchmark("cuda_figures", "A CUDA device: rates with recorded steps, share of the roofline, time to nats."),
        Benchmark("same_curve", "The curve of the default beside plain float32 training, over five seeds."),
        Benchmark("script_figures", "Trainings written out as plain PyTorch, beside the program's own held-out nats."),
        Benchmark("encode_rate", "All 70,000 MNIST pictures encoded, beside pythae."),
        Benchmark("peak", "This machine's matrix products, in float32 and bfloat16.", False),
        Benchmark("map_figures", "Frames and new positions of the map with 70 thousand to 10 million points.", False),
        Benchmark("map_tiles", "Decoded land, density, stretch: how soon a fresh view of the map is sharp.", False),
        Benchmark("start_figures", "From launch to the first painted window, and to the words of --help.", False),
        Benchmark("window_figures", "What the window costs the training, how fast it answers meanwhile, its memory."),
        Benchmark("geometry", "Stretch, geodesics, loops, support, trust, neighbours and lasso: how right, how fast."),
        Benchmark("disentanglement", "MIG of beta-TCVAE and FactorVAE above the VAE's, on drawn shapes.", False),
        Benchmark("gif_figures", "Morphs as GIFs: rate, size and what is lost, beside Pillow's own writer."),
        Benchmark("folder_figures", "A folder of 60,000 files opened, beside one pass of torchvision's ImageFolder."),
        Benchmark("big_data", "A million pictures trained on from their file, beside the same in memory."),
        Benchmark("growth", "Rate and memory from a thousand to a million pictures, by size and length of the code."),
    )
}
