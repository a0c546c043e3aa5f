"""What an objective learns beside the networks is kept with the run and comes back."""

import numpy as np
import pytest
import torch

from tests.small import CPU, pictures
from vae_studio.objectives.catalogue import LIKELIHOODS, OBJECTIVES
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.run import Run, load_snapshot, start_run
from vae_studio.runs.store import RunFolder

SMALL = {"network.kind": "dense", "network.widths": [16], "training.epochs": 2, "training.batch_size": 8}
KINDS = [("vae", likelihood) for likelihood in LIKELIHOODS] + [(objective, "bernoulli") for objective in OBJECTIVES]


@pytest.mark.parametrize(("objective", "likelihood"), KINDS)
def test_a_saved_run_measures_and_decodes_as_before(objective, likelihood, tmp_path):
    values = {"objective.kind": objective, "likelihood.kind": likelihood}
    if objective == "vq-vae":
        values["objective.entries"] = 16
    images = pictures()
    run = start_run(Recipe().with_values(SMALL | values), CPU, tmp_path / "run", images=images)
    list(run.train())
    again = Run.load(RunFolder.open(tmp_path / "run"), CPU, images)
    assert again.evaluate() == run.evaluate()
    codes = np.random.default_rng(0).standard_normal((5, 2), np.float32)
    assert np.array_equal(load_snapshot(run.folder).decode(codes), run.snapshot().decode(codes))


def test_a_learned_sigma_has_moved_and_is_in_the_weights(tmp_path):
    for likelihood in ("sigma-gaussian", "discretised-logistic"):
        run = Run(Recipe().with_values(SMALL | {"likelihood.kind": likelihood}), pictures(), CPU)
        before = {name: value.clone() for name, value in run.model.state_dict().items() if "companions" in name}
        list(run.train())
        after = run.model.state_dict()
        assert before and all(after[name] != value for name, value in before.items())


def test_the_report_says_how_grey_pixels_were_seen():
    for greys in ("grey", "static", "dynamic"):
        run = Run(Recipe().with_values(SMALL | {"likelihood.greys": greys}), pictures(), CPU)
        assert run.evaluate().pixels == greys
        assert set(run.store.batch(torch.arange(5)).unique().tolist()) == {0.0, 1.0} or greys == "grey"


def test_a_wasserstein_autoencoder_has_no_bound_to_tell():
    report = Run(Recipe().with_values(SMALL | {"objective.kind": "wae-mmd"}), pictures(), CPU).evaluate()
    assert report.negative_elbo is report.kl is report.nll is None
    assert report.reconstruction > 0


def test_a_snapshot_keeps_the_sigma_of_its_moment():
    run = Run(Recipe().with_values(SMALL | {"likelihood.kind": "discretised-logistic"}), pictures(), CPU)
    snapshot = run.snapshot()
    kept = snapshot._likelihood.log_scale.clone()
    list(run.train())
    assert snapshot._likelihood.log_scale == kept != run.objective.likelihood.log_scale
    assert snapshot._likelihood is snapshot._model.companions["likelihood"]
