"""Muon beside AdamW: the default preset on MNIST with a 2-D code."""

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figure import Figure
from tests.benchmarks.mnist import open_mnist
from tests.benchmarks.nats_figures import train
from vae_studio.runs.presets import DEFAULT

_MUON, _ADAMW = 12, 20  # epochs


def measure(data: Path) -> Iterator[Figure]:
    """Train both from the start to the end of their schedules, held-out figures included."""
    images = open_mnist(data)
    _, _, muon_seconds, muon = train(images, DEFAULT, _MUON, 0.0, "muon")
    _, _, adamw_seconds, adamw = train(images, DEFAULT, _ADAMW, 0.0, "adamw")
    yield Figure("optimisers.muon_12", muon, "nats", adamw, muon < adamw)
    yield Figure("optimisers.muon_12.seconds", muon_seconds, "s", adamw_seconds)
