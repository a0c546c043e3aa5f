"""The example run that ships with the program: `python -m tests.presentation.example_run` trains it anew.

It knows only faces that the program draws itself.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from vae_studio.data.progress import silent
from vae_studio.device import choose_device
from vae_studio.runs.compact import save_compact
from vae_studio.runs.presets import preset
from vae_studio.runs.run import start_run
from vae_studio.training.events import EpochDone

TARGET = Path(__file__).parents[2] / "resources" / "example"
VALUES = {
    "data.source": "faces",
    "data.limit": 8000,
    "network.kind": "pyramid",
    "network.width": 16,
    "network.hidden": 128,
    "network.latent_dim": 8,
    "objective.beta": 2.0,  # smoother land between the faces, for people who walk on it
    "training.epochs": 60,
    "training.batch_size": 32,
}


def main() -> None:
    """Train the example and put it into the resources."""
    recipe = preset("colour").recipe.with_values(VALUES)
    with tempfile.TemporaryDirectory() as folder:
        run = start_run(recipe, choose_device("cpu"), Path(folder) / "run", silent)
        for event in run.train():
            if isinstance(event, EpochDone):
                sys.stderr.write(f"epoch {event.progress.epoch:.0f}: {event.held_out.total:.1f} nats\n")
        shutil.rmtree(TARGET, ignore_errors=True)
        save_compact(run, run.codes or run.encode_all(), TARGET)


if __name__ == "__main__":
    main()
