"""A CUDA device: training rates with and without recorded steps, the share of its roofline, the time to good nats."""

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from torch import Tensor

from tests.benchmarks.figure import Figure
from tests.benchmarks.mnist import open_mnist
from tests.benchmarks.nats_figures import train
from tests.benchmarks.peers.work import recipe_of
from tests.benchmarks.training_rates import forward_flops
from vae_studio.data.image_set import ImageSet
from vae_studio.device import Device, choose_device
from vae_studio.runs.presets import DEFAULT, preset
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.run import Run
from vae_studio.training.loop import step_for
from vae_studio.training.step import EagerStep, Step

_BATCHES = {"dense": (128, 1024), "conv": (128, 1024, 8192)}
_SIDE, _COPY = 8192, 1 << 30
_STEPS, _ROUNDS = 60, 5
_BACKWARD = 3  # a step computes and moves about three times as much as the way forward
_NATS = 146.95


def measure(data: Path) -> Iterator[Figure]:
    """Measure on the CUDA device; nothing is measured where there is none.

    A rate is that of steps alone, the median of five stretches of 60, with the device waited for at the end of each.
    """
    images = open_mnist(data)
    if not torch.cuda.is_available():
        return
    device = choose_device("cuda")
    peak, bandwidth = _matrix_rate(), _bandwidth()
    yield Figure("cuda_figures.peak.bfloat16", peak / 1e12, "TFLOP/s")
    yield Figure("cuda_figures.peak.copy", bandwidth / 1e12, "TB/s")
    for network, batches in _BATCHES.items():
        for batch in batches:
            rate, eager, moved = _rates(recipe_of(network).with_values({"batch_size": batch}), images, device)
            name = f"cuda_figures.{network}.batch_{batch}"
            yield Figure(name, rate, "pictures/s", eager)
            if network == "conv" and batch == max(batches):
                flops, moved = _BACKWARD * forward_flops(network), _BACKWARD * moved
                yield Figure(f"{name}.flops", rate * flops / 1e12, "TFLOP/s", peak / 1e12)
                roof = 1 / max(flops / peak, moved / bandwidth)
                yield Figure(f"{name}.bytes", moved / 1e6, "MB/picture")
                yield Figure(f"{name}.roofline", rate, "pictures/s", roof)
    rate, eager, _ = _rates(preset(DEFAULT).recipe, images, device)
    yield Figure(f"cuda_figures.{DEFAULT}", rate, "pictures/s", eager)
    for optimiser in ("adamw", "muon"):
        for epochs in (2, 3):
            _, reached, seconds, nats = train(images, DEFAULT, epochs, _NATS, optimiser)
            name = f"cuda_figures.{optimiser}.epochs_{epochs}"
            yield Figure(name, nats, "nats", _NATS, nats <= _NATS)
            yield Figure(f"{name}.seconds", seconds, "s")
            yield Figure(f"{name}.to_{_NATS}", reached, "s")


def _rates(recipe: Recipe, images: ImageSet, device: Device) -> tuple[float, float, float]:
    """Return pictures a second with recorded steps and without, and the bytes that a picture's way forward touches."""
    run = Run(recipe, images, device)
    options = run.recipe.training
    order = torch.randperm(len(images), device=device.torch)[: options.batch_size * 4]
    batches = order.split(options.batch_size)
    recorded = step_for(run.state, run.objective, run.store, options)
    eager = EagerStep(run.state, run.objective, run.store)
    return (
        options.batch_size * _steps_a_second(recorded, batches),
        options.batch_size * _steps_a_second(eager, batches),
        _bytes_touched(lambda: run.objective(run.model, run.store.batch(batches[0]), run.state.noise, 1.0))
        / options.batch_size,
    )


def _steps_a_second(step: Step, batches: tuple[Tensor, ...]) -> float:
    def stretch() -> None:
        for number in range(_STEPS):
            step(batches[number % len(batches)], 1e-4, 1.0)
        torch.cuda.synchronize()

    stretch()
    return _STEPS / _median_seconds(stretch)


def _bytes_touched(work: Callable[[], object]) -> float:
    """Return the bytes of all tensors that the kernels of some work read and write, each once an operation."""
    from torch.utils._python_dispatch import TorchDispatchMode
    from torch.utils._pytree import tree_leaves

    class Counting(TorchDispatchMode):
        total = 0

        def __torch_dispatch__(self, func, types, args=(), kwargs=None):  # type: ignore[no-untyped-def]
            result = func(*args, **(kwargs or {}))
            if not func.is_view:
                for value in tree_leaves((args, kwargs or {}, result)):
                    if isinstance(value, Tensor) and value.dtype != torch.uint8:  # not the whole set of pictures
                        Counting.total += value.nbytes
            return result

    with Counting():
        work()
    return float(Counting.total)


def _matrix_rate() -> float:
    matrix = torch.randn(_SIDE, _SIDE, device="cuda", dtype=torch.bfloat16)

    def product() -> None:
        torch.mm(matrix, matrix)
        torch.cuda.synchronize()

    product()
    return 2 * _SIDE**3 / _median_seconds(product)


def _bandwidth() -> float:
    here = torch.randint(0, 255, (_COPY,), device="cuda", dtype=torch.uint8)
    there = torch.empty_like(here)

    def copy() -> None:
        there.copy_(here)
        torch.cuda.synchronize()

    copy()
    return 2 * _COPY / _median_seconds(copy)


def _median_seconds(work: Callable[[], None]) -> float:
    seconds = []
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)
