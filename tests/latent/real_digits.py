"""A small model of real digits, trained once per session where the digits are."""

from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"  # beside the checkout


@pytest.fixture(scope="session")
def digits_run():
    """Train a code of two numbers on some thousand pictures of MNIST; skip where they are missing."""
    if not (DATA / "MNIST" / "raw").is_dir():
        pytest.skip(f"MNIST is missing: there is no {DATA / 'MNIST' / 'raw'}")
    import torch

    from tests.small import CPU
    from vae_studio.data.catalogue import open_source
    from vae_studio.data.options import DataOptions
    from vae_studio.runs.recipe import Recipe
    from vae_studio.runs.run import Run

    torch.set_num_threads(1)
    images = open_source(DataOptions(source="mnist", root=str(DATA), limit=6000))
    values = {"network.kind": "residual", "network.width": 256, "network.blocks": 1, "latent_dim": 2, "epochs": 3}
    run = Run(Recipe().with_values(values), images, CPU)
    for _ in run.train():
        pass
    return run
