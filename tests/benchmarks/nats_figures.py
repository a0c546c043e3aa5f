"""How soon the default preset reaches held-out nats on MNIST with a 2-D code, beside the Keras example."""

import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figure import Figure
from tests.benchmarks.mnist import open_mnist
from tests.benchmarks.peers.rates import PeerError, rates
from vae_studio.data.image_set import ImageSet
from vae_studio.device import choose_device
from vae_studio.runs.presets import DEFAULT, preset
from vae_studio.runs.run import Run
from vae_studio.training.events import EpochDone

_PLANS = {1: (146.95, 6.0), 3: (141.0, 20.0), 12: (135.0, 80.0)}  # epochs: nats to reach, in seconds
_KERAS_NATS, _KERAS_EPOCHS, _KERAS_TIMES = 150.99, 19, 200  # Keras' best held-out figure in 30 epochs; sooner than that
_PICTURES = 60_000


def measure(data: Path) -> Iterator[Figure]:
    """Train for each plan from the start; a plan's time is that of the whole training, held-out figures included."""
    images = open_mnist(data)
    for epochs, (nats, limit) in _PLANS.items():
        first, reached_after, seconds, last = train(images, DEFAULT, epochs, _KERAS_NATS)
        if epochs == min(_PLANS):
            yield from _beside_keras(data, reached_after)
        yield Figure(f"nats_figures.epochs_{epochs}", last, "nats", nats, last <= nats)
        yield Figure(f"nats_figures.epochs_{epochs}.seconds", seconds, "s", limit, seconds <= limit)
        yield Figure(f"nats_figures.epochs_{epochs}.first_epoch", first, "nats")


def train(
    images: ImageSet, name: str, epochs: int, nats: float, optimiser: str = ""
) -> tuple[float, float, float, float]:
    """Return nats after the first epoch, seconds until `nats` were reached, seconds in all, and nats at the end."""
    recipe = preset(name).recipe.with_values({"epochs": epochs, "latent_dim": 2})
    if optimiser:
        recipe = recipe.with_values({"training.optimiser": optimiser})
    run = Run(recipe, images, choose_device())
    start, curve = time.perf_counter(), []
    reached_after = seconds = float("inf")
    for event in run.train():
        if isinstance(event, EpochDone):
            seconds = time.perf_counter() - start
            curve.append(event.held_out.total)
            if event.held_out.total <= nats:
                reached_after = min(reached_after, seconds)
    return curve[0], reached_after, seconds, curve[-1]


def _beside_keras(data: Path, seconds: float) -> Iterator[Figure]:
    """Yield our seconds to Keras' best figure beside the time that its 19 epochs take at its measured rate."""
    name = f"nats_figures.to_{_KERAS_NATS}"
    try:
        keras = _KERAS_EPOCHS * _PICTURES / rates("train", "conv", data, peers=("keras",))["keras"]
    except PeerError:
        yield Figure(name, seconds, "s")
    else:
        yield Figure(name, seconds, "s", keras, seconds * _KERAS_TIMES <= keras)
