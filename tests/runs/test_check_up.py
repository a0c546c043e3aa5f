"""Provoked illnesses are each named rightly, sound runs are called healthy, and the remedies help."""

import re

import numpy as np
import pytest
import torch

from tests.small import CPU
from vae_studio.data.digits import load_digits
from vae_studio.data.image_set import ImageSet
from vae_studio.runs.check_up import check_up
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.run import start_run

_USUAL = {"training.epochs": 12, "network.kind": "dense", "network.widths": [128, 64]}
EIGHT = {"network.latent_dim": 8}
LONG = {"network.latent_dim": 32, "training.epochs": 40}

HEALTHY = {
    "plain": {},
    "eight": {**EIGHT, "training.epochs": 25},
    "long-code": LONG,
    "gaussian": {"likelihood.kind": "sigma-gaussian"},
    "info": {"objective.kind": "info-vae"},
    "tcvae": {**EIGHT, "objective.kind": "beta-tcvae"},
    "factor": {**EIGHT, "objective.kind": "factor-vae"},
    "iwae": {"objective.kind": "iwae"},
    "autoencoder": {"objective.kind": "autoencoder"},
    "half-weight": {"objective.beta": 0.5},
    "wae": {"objective.kind": "wae-mmd"},
    "vq": {**EIGHT, "objective.kind": "vq-vae", "objective.places": 4},
}
ILL = {
    "beta-50": ("over-regularised", {"objective.beta": 50.0}),
    "beta-2-too-early": ("over-regularised", {**EIGHT, "objective.kind": "beta-vae", "objective.beta": 2.0}),
    "no-capacity": ("over-regularised", {"objective.kind": "capacity", "objective.capacity": 0.0}),
    "mmd": ("over-regularised", {"objective.kind": "info-vae", "objective.mmd_weight": 1e6}),
    "rate-1": ("diverging", {"training.learning_rate": 1.0}),
    "no-time": ("collapsed", {**LONG, "training.epochs": 10}),
    "decay": ("collapsing", {"training.weight_decay": 1.0}),
    "beta-0.01": ("prior mismatch", {"objective.beta": 0.01}),
    "free-bits": ("prior mismatch", {"objective.free_bits": 10.0}),
    "capacity": ("prior mismatch", {"objective.kind": "capacity"}),
}
MEMORISER = {"network.kind": "memoriser", "objective.kind": "autoencoder", "data.held_out": 0.0}
_AT_ONCE = ("wae", "vq", "plain", "tcvae", "beta-50", "rate-1", "beta-0.01")  # the others are slow together


def _all(cases):
    return [pytest.param(name, marks=() if name in _AT_ONCE else pytest.mark.slow) for name in cases]


@pytest.fixture(scope="module")
def digits():
    return load_digits()


@pytest.fixture
def trained(tmp_path, digits):
    def train(values, images=digits):
        folder = tmp_path / f"run-{len(list(tmp_path.iterdir()))}"
        run = start_run(Recipe().with_values({**_USUAL, **values}), CPU, folder, images=images)
        for _ in run.train():
            pass
        return run

    return train


@pytest.mark.parametrize("name", _all(HEALTHY))
def test_a_sound_run_is_called_healthy_and_offered_no_remedy(trained, name):
    found = check_up(trained(HEALTHY[name]))
    assert found.finding.condition == "healthy", found.finding
    assert found.remedy is None


@pytest.mark.parametrize("name", _all(ILL))
def test_a_provoked_illness_is_named_and_its_remedy_cures_it(trained, name):
    expected, values = ILL[name]
    run = trained(values)
    found = check_up(run)
    assert found.finding.condition == expected
    cured = trained(values | found.remedy.values)
    assert check_up(cured).finding.condition == "healthy"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["beta-50", "mmd", "rate-1", "no-time", "decay"])
def test_the_remedy_of_a_lost_code_brings_units_back_and_costs_no_nats(trained, name):
    run = trained(ILL[name][1])
    remedy = check_up(run).remedy
    cured = trained(ILL[name][1] | remedy.values)
    before, after = run.evaluate(), cured.evaluate()
    assert after.active_units > before.active_units
    assert after.negative_elbo < before.negative_elbo


def test_three_pictures_are_learned_by_heart(trained, digits):
    found = check_up(trained({"training.epochs": 60}, ImageSet("few", digits.pictures[:3])))
    assert found.finding.condition == "overfitting"
    assert "2 are few: more of them would help most" in found.finding.sentence
    assert found.remedy.values["training.epochs"] < 60


@pytest.mark.slow
def test_forty_pictures_for_long_are_learned_by_heart_and_an_earlier_end_helps(trained, digits):
    values = {**EIGHT, "training.epochs": 300, "training.schedule": "constant"}
    images = ImageSet("forty", digits.pictures[:40])
    run = trained(values, images)
    found = check_up(run)
    assert found.finding.condition == "overfitting"
    cured = trained(values | found.remedy.values, images)
    assert cured.evaluate().negative_elbo < run.evaluate().negative_elbo


def test_a_decoder_that_ignores_the_code_is_told_although_the_code_is_full(trained):
    run = trained({})
    with torch.no_grad():
        next(run.model.decoder.parameters()).zero_()
    found = check_up(run).finding
    assert found.condition == "collapsed"
    assert "ignores the code" in found.sentence
    assert dict(found.evidence)["active units"] == "2 of 2"


def test_a_run_that_no_try_could_save_is_called_diverging_and_gets_smaller_steps(trained, tmp_path):
    run = trained({})
    run.stability.setbacks = 4
    found = check_up(run)
    assert found.finding.condition == "diverging"
    assert found.remedy.values == {"training.learning_rate": pytest.approx(3e-4)}
    assert "training.learning_rate 0.003 → 0.0003" in found.remedy.sentence


@pytest.mark.parametrize(
    ("pictures", "values", "condition", "changed"),
    [
        (
            1,
            {"network.codes": "constant", "network.pictures": 1, "training.epochs": 3},
            "not learned",
            "training.epochs",
        ),
        (4, {"network.codes": "one-hot", "training.epochs": 2}, "not learned", "training.epochs"),
        (4, {"network.codes": "constant", "training.epochs": 200}, "collapsed", "network.codes"),
    ],
)
def test_a_memoriser_that_draws_grey_or_a_mean_is_told_and_cured(trained, digits, pictures, values, condition, changed):
    few = ImageSet("few", digits.pictures[:pictures])
    wanted = MEMORISER | values
    found = check_up(memorising(trained, wanted, few))
    assert found.finding.condition == condition, found.finding
    assert changed in found.remedy.values
    told = dict(found.finding.evidence)["reconstruction"]
    reconstruction, mean = (float(word) for word in re.findall(r"\d+\.\d+", told))
    assert reconstruction > mean * 1.5 if condition == "not learned" else reconstruction == pytest.approx(mean, abs=1)
    cured = check_up(memorising(trained, wanted | found.remedy.values, few))
    assert cured.finding.condition == "healthy", cured.finding
    assert "by heart" in cured.finding.sentence


def memorising(trained, values, images):
    network = {"network.widths": [64, 256]}  # the usual ones of a memoriser
    return trained(values | network, images)


def test_an_autoencoder_that_draws_worse_than_the_mean_is_no_healthy_one(trained):
    values = {"objective.kind": "autoencoder", "training.epochs": 6, "training.learning_rate": 1e-6}
    found = check_up(trained(values))
    assert found.finding.condition == "not learned", found.finding
    assert found.remedy.values["training.learning_rate"] == pytest.approx(3e-3)
    cured = check_up(trained(values | found.remedy.values)).finding
    assert cured.condition == "healthy", cured


def test_the_loss_of_the_mean_picture_is_what_a_decoder_of_it_would_have(trained, digits):
    snapshot = trained({"training.epochs": 1}).snapshot()
    some = digits.pictures[:50]
    mean = some.mean(axis=0)
    share = np.clip(mean / 255, 1e-12, 1 - 1e-12)
    x = some / 255
    wanted = -(x * np.log(share) + (1 - x) * np.log(1 - share)).sum(axis=(1, 2, 3))
    assert snapshot.losses_drawing(mean, some) == pytest.approx(wanted, rel=1e-4)
