"""The default's curve on MNIST beside training written out in plain float32, over five seeds."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tests.benchmarks.figure import Figure
from tests.benchmarks.mnist import open_mnist
from tests.training.plain import plain_curve
from vae_studio.data.fit import limited
from vae_studio.device import choose_device
from vae_studio.runs.presets import DEFAULT, preset
from vae_studio.runs.run import Run
from vae_studio.training.events import EpochDone

_SEEDS, _EPOCHS, _PICTURES = range(5), 3, 20_000
_ERRORS = 2.0  # standard errors of the mean difference that noise explains


def measure(data: Path) -> Iterator[Figure]:
    """Train 20,000 pictures for three epochs, both ways from the same weights, order and noise."""
    images, device = limited(open_mnist(data), _PICTURES), choose_device("cpu")  # the noise is that of a CPU
    ours, plain = [], []
    for seed in _SEEDS:
        run = Run(preset(DEFAULT).recipe.with_values({"epochs": _EPOCHS, "seed": seed}), images, device)
        ours.append([event.held_out.total for event in run.train() if isinstance(event, EpochDone)])
        plain.append(plain_curve(run.recipe, images))
    difference = np.array(ours) - np.array(plain)
    error = difference.std(axis=0, ddof=1) / len(_SEEDS) ** 0.5  # both ways have the noise of a seed
    for epoch in range(_EPOCHS):
        apart, limit = float(difference[:, epoch].mean()), _ERRORS * float(error[epoch])
        name = f"same_curve.epoch_{epoch + 1}"
        yield Figure(name, float(np.mean(ours, axis=0)[epoch]), "nats", float(np.mean(plain, axis=0)[epoch]))
        yield Figure(f"{name}.difference", apart, "nats", limit, abs(apart) <= limit)
