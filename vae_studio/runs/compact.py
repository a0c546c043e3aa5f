"""A run for looking at: half-precision weights and codes, and no state to train on from."""

from pathlib import Path

import numpy as np

from vae_studio.latent.codes import Codes
from vae_studio.runs.codes_file import codes_bytes
from vae_studio.runs.run import Run
from vae_studio.runs.store import RunFolder
from vae_studio.runs.tensors import model_bytes


def save_compact(run: Run, codes: Codes, path: Path) -> RunFolder:
    """Write a finished run to a new folder in about a sixth of its size; raises RunError when something is there."""
    folder = RunFolder.create(path)
    half = Codes(codes.mu.astype(np.float16), codes.log_var.astype(np.float16), codes.prior)
    files = {
        "recipe": run.recipe_text().encode(),
        "history": run.history.to_csv().encode(),
        "weights": model_bytes(run.model, half=True),
        "codes": codes_bytes(half, run.images.labels),
    }
    folder.save(files, run.facts())
    return folder
