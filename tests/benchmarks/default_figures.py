"""What somebody gets who changes nothing but the number of epochs."""

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figure import Figure
from tests.benchmarks.mnist import open_mnist
from vae_studio.device import choose_device
from vae_studio.runs.presets import DEFAULT, preset
from vae_studio.runs.run import Run
from vae_studio.training.events import EpochDone

_EPOCHS, _REACH = 5, 143.0  # nats: below anything that the Keras example's network reaches in any time


def measure(data: Path) -> Iterator[Figure]:
    """Train the default preset for five epochs with a code of two numbers."""
    recipe = preset(DEFAULT).recipe.with_values({"epochs": _EPOCHS, "latent_dim": 2})
    run = Run(recipe, open_mnist(data), choose_device())
    for event in run.train():
        if isinstance(event, EpochDone):
            epoch, nats = round(event.progress.epoch), event.held_out.total
            reached = nats <= _REACH if epoch == _EPOCHS else None
            peer = _REACH if epoch == _EPOCHS else None
            yield Figure(f"default_figures.held_out.epoch_{epoch}", nats, "nats", peer, reached)
    pictures = _EPOCHS * len(run.split.train)
    yield Figure("default_figures.speed", pictures / run.state.position.seconds, "pictures/s")
    yield Figure("default_figures.seconds", run.state.position.seconds, "s")
