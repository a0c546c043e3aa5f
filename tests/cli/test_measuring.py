"""Measuring and diagnosing on the command line."""

import json

import pytest

from tests.cli.calling import call
from vae_studio.runs.recipe_file import read_recipe
from vae_studio.runs.store import RunFolder


def test_metrics_are_measured_by_name_with_the_usual_figures_beside_them(run):
    plain = json.loads(call("evaluate", run, "--json").out)
    result = call("evaluate", run, "--metrics", "knn, fidelity,mig", "--json")
    found = json.loads(result.out)
    assert result.code == 0, result.err
    assert found == plain | {
        **{name: found[name] for name in ("knn_accuracy", "psnr", "ssim")},
        "not_measured": {"mig": "The factors behind digits are not known; the drawn set 'shapes' has such."},
    }
    assert 0.1 < found["knn_accuracy"] <= 1
    lines = call("evaluate", run, "--metrics", "knn,mig").out
    assert "Label from the nearest codes" in lines
    assert "no mig: The factors behind digits" in lines


def test_samples_and_batch_of_the_likelihood_are_chosen(run):
    usual, more, parted = (
        json.loads(call("evaluate", run, "--json", *words).out)
        for words in ((), ("--samples", 300), ("--samples", 300, "--batch", 7))
    )
    assert (usual["nll_samples"], more["nll_samples"], parted["nll_samples"]) == (100, 300, 300)
    assert more["nll"] < usual["nll"], "more samples are a tighter bound"
    assert parted["nll"] == pytest.approx(more["nll"], abs=0.1)
    assert parted["nll"] != more["nll"], "other batches draw other noise"


def test_other_pictures_are_measured_without_those_that_were_trained_on(run, tmp_path):
    words = ("evaluate", run, "shapes", "--metrics", "knn,sap,frechet-labels", "--samples", 1, "--json")
    found = json.loads(call(*words).out)
    assert found["pictures"] == 6000
    assert found["sap"] >= 0
    assert "trained on" in found["not_measured"]["frechet-labels"]


def test_a_metric_that_is_none_is_refused_before_anything_is_loaded(tmp_path):
    result = call("evaluate", tmp_path / "nothing", "--metrics", "fidelty")
    assert (result.code, result.out) == (2, "")
    assert "did you mean 'fidelity'" in result.err


def test_a_collapsed_run_is_told_and_its_remedy_trains_the_next(tmp_path):
    words = (
        "--epochs",
        4,
        "--seed",
        7,
        "--device",
        "cpu",
        "--set",
        "network.kind=dense",
        "--set",
        "network.widths=[64]",
    )
    first, second = tmp_path / "first", tmp_path / "second"
    assert call("train", "digits", "-o", first, *words, "--set", "objective.beta=50").code == 0
    told = json.loads(call("diagnose", first, "--json").out)
    assert told["condition"] == "over-regularised"
    assert told["remedy"]["values"] == {"objective.beta": 1.0}
    assert told["evidence"]["weight on the KL"] == "50"
    assert "Over-regularised: A weight of 50" in call("diagnose", first).out
    cured = call("diagnose", first, "--remedy", "-o", second, "--json")
    assert cured.code == 0, cured.err
    assert json.loads(cured.out)["active_units"] == 2
    assert "objective.beta 50 → 1" in cured.err
    recipes = [read_recipe(RunFolder.open(path)) for path in (first, second)]
    assert recipes[0].with_values({"objective.beta": 1.0}) == recipes[1]


def test_a_remedy_needs_a_place_and_an_illness(run, tmp_path):
    for words in (("--remedy",), ("-o", tmp_path / "new")):
        result = call("diagnose", run, *words)
        assert (result.code, result.out) == (2, "")
        assert "vae-studio diagnose RUN --remedy -o NEWRUN" in result.err
    missing = call("diagnose", tmp_path / "nothing")
    assert missing.code == 1
    assert "There is no run" in missing.err
