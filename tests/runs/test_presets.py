"""Every preset trains, and the articles' systems are what the articles say."""

import numpy as np
import pytest
import torch

from tests.small import CPU, pictures
from vae_studio.models.vae import build_vae
from vae_studio.objectives.objective import build_objective
from vae_studio.runs.presets import DEFAULT, presets
from vae_studio.runs.run import Run, load_snapshot, start_run
from vae_studio.training.history import History

MNIST = (28, 28, 1)
SMALL = {"thorough": {"network.width": 16}, "colour": {"network.width": 4, "network.hidden": 8}}


def parameters(name):
    model = build_vae(presets()[name].recipe.network, MNIST, seed=0)
    return sum(weight.numel() for weight in model.parameters())


@pytest.mark.parametrize("name", presets())
def test_every_preset_trains_an_epoch_and_comes_back(name, tmp_path):
    chosen = presets()[name]
    images = pictures(chosen.data.get("data.limit", 24), channels=3 if name == "colour" else 1)
    recipe = chosen.recipe.with_values({"training.epochs": 1, "training.batch_size": 8} | SMALL.get(name, {}))
    run = start_run(recipe, CPU, tmp_path / "run", images=images)
    list(run.train())
    report = run.evaluate()
    assert np.isfinite(report.reconstruction)
    assert report.pictures == (len(images) if recipe.data.held_out == 0 else 2)
    assert History.from_csv(run.folder.read_text("history")).last("held_out").reconstruction > -1e4
    codes = run.codes.mu[:2]
    assert np.array_equal(load_snapshot(run.folder).decode(codes), run.snapshot().decode(codes))


def test_the_default_comes_first_and_every_preset_says_what_it_is_for():
    assert next(iter(presets())) == DEFAULT
    for preset in presets().values():
        assert preset.title and preset.summary.endswith(".")


def test_the_articles_networks_have_their_number_of_weights():
    # 784-256-(2+2) and 2-256-784; 784-128-64-(2+2) and back; 784-400-(20+20) and 20-400-784; Keras' 64-128.
    assert parameters("dense-256") == 784 * 256 + 256 + 256 * 4 + 4 + 2 * 256 + 256 + 256 * 784 + 784
    encoder = 784 * 128 + 128 + 128 * 64 + 64 + 64 * 4 + 4
    assert parameters("dense-128-64") == encoder + 2 * 64 + 64 + 64 * 128 + 128 + 128 * 784 + 784
    assert parameters("pytorch") == 652_824
    assert parameters("fashion") == parameters("keras") == 174_932 + 157_633


def test_squared_error_is_that_of_pixels_from_minus_one_to_one():
    recipe = presets()["dense-256"].recipe
    likelihood = build_objective(recipe.objective, recipe.likelihood).likelihood
    output, pixels = torch.randn(3, 1, 4, 5), torch.rand(3, 1, 4, 5)
    ours = likelihood.negative_log_prob(output, pixels) - likelihood.negative_log_prob(output, likelihood.mean(output))
    squared = ((2 * pixels - 1) - (2 * torch.sigmoid(output) - 1)).square().flatten(1).sum(dim=1)
    torch.testing.assert_close(ours, squared, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("name", ["memoriser", "one-hot", "real-codes"])
def test_the_memoriser_learns_its_pictures_by_heart(name):
    chosen = presets()[name]
    images = pictures(chosen.data["data.limit"])
    run = Run(chosen.recipe.with_values({"training.epochs": 120}), images, CPU)
    before = run.snapshot().reconstruct(images.pictures).astype(int)
    list(run.train())
    after = run.snapshot().reconstruct(images.pictures).astype(int)
    assert np.abs(after - images.pictures).mean() < 6 < 30 < np.abs(before - images.pictures).mean()
