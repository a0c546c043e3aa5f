"""The command line's training loop in a process of its own, for its rate."""

import tempfile
import time
from pathlib import Path

from tests.benchmarks.children import answer
from tests.benchmarks.rate import Rate
from vae_studio.cli.progress import training_progress
from vae_studio.device import choose_device
from vae_studio.runs.presets import DEFAULT, preset
from vae_studio.runs.run import start_run


def run(data: str) -> dict[str, float]:
    """Train as `vae-studio train` does, long enough for a rate."""
    recipe = preset(DEFAULT).recipe.with_values({"data.source": "mnist", "data.root": data})
    with tempfile.TemporaryDirectory() as folder:
        training = start_run(recipe, choose_device(), Path(folder) / "run")
        rate = Rate(len(training.split.train))
        with training_progress(training.objective.has_prior) as show:
            for event in training.train(lambda: rate.known):
                show(event)
                rate.add(event.progress.epoch, time.perf_counter())
    return {"rate": rate.value}


if __name__ == "__main__":
    answer(run, str)
