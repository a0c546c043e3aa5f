"""Trainings written out as plain PyTorch, run in a process of their own, beside the program's own figures on MNIST."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.children import ChildError
from tests.benchmarks.figure import Figure
from tests.benchmarks.mnist import open_mnist
from vae_studio.data.catalogue import open_source
from vae_studio.device import choose_device
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.run import Run
from vae_studio.runs.script import save_script

_WITHIN = 0.5  # nats
_LONGEST = 3600  # seconds
_TRIED = {
    "residual": {"network.kind": "residual", "epochs": 3},
    "muon": {"network.kind": "residual", "epochs": 3, "training.optimiser": "muon"},
    "dense": {"network.kind": "dense", "epochs": 3, "learning_rate": 0.001},
    "conv": {"network.kind": "conv", "epochs": 2, "learning_rate": 0.001, "data.limit": 10_000},
    "autoencoder": {"network.kind": "dense", "epochs": 2, "learning_rate": 0.001, "objective.kind": "autoencoder"},
}


def measure(data: Path) -> Iterator[Figure]:
    """Train each recipe by the program, in the precision that it takes, and by its script, in float32."""
    open_mnist(data)  # says so when it is not there
    device = choose_device()
    for name, values in _TRIED.items():
        recipe = Recipe().with_values({"data.source": "mnist", "data.root": str(data), **values})
        images = open_source(recipe.data)
        run = Run(recipe, images, device)
        for _ in run.train():
            pass
        held_out = run.history.last("held_out")
        ours = held_out.total if recipe.objective.has_prior else held_out.reconstruction
        with tempfile.TemporaryDirectory() as folder:
            path, *_ = save_script(Path(folder) / "train.py", recipe, images)
            plain = _started(path)
        yield Figure(f"script_figures.{name}", plain, "nats", ours, abs(plain - ours) <= _WITHIN)


def _started(path: Path) -> float:
    """Run a script away from this program; return the last held-out figure that it prints."""
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, path.name],
        cwd=path.parent,
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=_LONGEST,
        check=False,
    )
    told = re.findall(r"held out (-?[\d.]+)", done.stdout)
    if done.returncode or not told:
        raise ChildError(f"The script ended with {done.returncode}: {done.stderr[-2000:].strip()}.")
    return float(told[-1])
