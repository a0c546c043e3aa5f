"""Recipes that cannot train are refused before the training, in one sentence that says what to change."""

from dataclasses import replace

import pytest

from tests.small import CPU, pictures
from vae_studio.errors import UsageError
from vae_studio.objectives.catalogue import LIKELIHOODS, OBJECTIVES
from vae_studio.runs.code_faults import code_fault
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.recipe_faults import contradiction
from vae_studio.runs.run import Run, start_run

MNIST = (28, 28, 1)


def of(shape=MNIST, count=60_000, **values):
    usual = {"objective.kind": "vae", "training.batch_size": 256}
    given = {name.replace("__", "."): value for name, value in values.items()}
    return contradiction(Recipe().with_values(usual | given), shape, count)


def test_every_default_can_train_on_everything():
    for kind in OBJECTIVES:
        for likelihood in LIKELIHOODS:
            for shape, batch in ((MNIST, 256), ((64, 64, 3), 64), ((128, 128, 3), 32)):
                values = {"objective__kind": kind, "likelihood__kind": likelihood, "training__batch_size": batch}
                assert of(shape, **values) is None


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"objective__kind": "wae-mmd", "training__batch_size": 1},
            "The objective wae-mmd compares the pictures of a batch with each other, so it cannot learn from one at a "
            "time; set training.batch_size to 2 or more.",
        ),
        (
            {"objective__annealing": "cyclical", "objective__warmup": 0},
            "A cyclical KL weight rises over its warm-up share of each cycle, which is 0 here; set objective.warmup to "
            "0.5 or so, or objective.annealing to constant.",
        ),
        (
            {"objective__kind": "factor-vae", "network__latent_dim": 1},
            "The FactorVAE parts the dimensions of the code, and this recipe has one dimension; set network.latent_dim "
            "to 2 or more, or take another objective.",
        ),
        (
            {"objective__kind": "iwae", "objective__samples": 1000},
            "1,000 samples of 256 pictures with 784 numbers each do not fit in memory in one step; set "
            "objective.samples to 167 or less, or take a smaller batch.",
        ),
        (
            {"objective__kind": "iwae", "shape": (512, 512, 3)},
            "5 samples of 256 pictures with 786,432 numbers each do not fit in memory in one step; take a smaller "
            "batch.",
        ),
        (
            {"objective__kind": "beta-tcvae", "training__batch_size": 8192, "network__latent_dim": 32},
            "The total correlation of 8,192 pictures in 32 dimensions compares all pairs, which does not fit in "
            "memory; set training.batch_size to 2,048 or less.",
        ),
        (
            {"network__kind": "memoriser"},
            "The memoriser has codes but no encoder that the objective vae could train; set objective.kind to "
            "autoencoder, or take another network.",
        ),
        (
            {"network__kind": "memoriser", "objective__kind": "autoencoder", "count": 5},
            "The memoriser has codes for 4 pictures, and here are 5 to train on; set data.limit to 4 and data.held_out "
            "to 0, or take another network.",
        ),
        (
            {"objective__kind": "vq-vae", "objective__entries": 101, "network__kind": "dense", "count": 100},
            "A code book of 101 entries is larger than the data: 100 pictures of 1 place choose 100 times; set "
            "objective.entries to 100 or less.",
        ),
        (
            {"objective__kind": "vq-vae", "objective__places": 3, "network__kind": "dense", "network__latent_dim": 8},
            "A code of 8 numbers cannot be cut into 3 equal places; set network.latent_dim to 9, or objective.places "
            "to a number that divides it.",
        ),
        (
            {"objective__kind": "vq-vae", "objective__places": 3, "network__kind": "grid"},
            "This grid has 49 places of its own for entries of the code book, not 3; leave objective.places at 1, or "
            "take another network.",
        ),
        (
            {"objective__kind": "beta-tcvae", "training__batch_size": 512, "network__kind": "grid"}
            | {"network__latent_dim": 64, "shape": (64, 64, 3)},
            "The total correlation of 512 pictures in 4,096 dimensions compares all pairs, which does not fit in "
            "memory; set training.batch_size to 181 or less.",
        ),
        (
            {"objective__kind": "vq-vae", "objective__entries": 8192, "network__kind": "grid"}
            | {"training__batch_size": 257, "shape": (64, 64, 3)},
            "Comparing the codes of 257 pictures at 64 places with 8,192 entries does not fit in memory in one step; "
            "set training.batch_size to 256 or less, or set objective.entries to 8,160 or less.",
        ),
    ],
)
def test_a_contradiction_is_one_sentence(values, sentence):
    assert of(**values) == sentence


@pytest.mark.parametrize(
    "values",
    [
        {"objective__kind": "iwae", "objective__samples": 167},
        {"objective__kind": "beta-tcvae", "training__batch_size": 2048, "network__latent_dim": 32},
        {"objective__kind": "beta-tcvae", "training__batch_size": 2},
        {"objective__kind": "beta-tcvae", "training__batch_size": 181, "network__kind": "grid"}
        | {"network__latent_dim": 64, "shape": (64, 64, 3)},
        {"objective__kind": "factor-vae", "network__kind": "grid", "network__latent_dim": 1},
        {"objective__kind": "vq-vae", "objective__entries": 8192, "network__kind": "grid", "shape": (64, 64, 3)},
        {"objective__kind": "vq-vae", "objective__entries": 8160, "network__kind": "grid"}
        | {"training__batch_size": 257, "shape": (64, 64, 3)},
        {"training__batch_size": 1},
        {"network__kind": "memoriser", "objective__kind": "autoencoder", "count": 4},
        {"objective__kind": "vq-vae", "objective__entries": 4900, "network__kind": "grid", "count": 100},
        {"objective__kind": "vq-vae", "objective__places": 3, "network__kind": "dense", "network__latent_dim": 9},
    ],
)
def test_the_advice_is_sound(values):
    assert of(**values) is None


def test_a_run_is_refused_before_its_folder_stays(tmp_path):
    recipe = Recipe().with_values({"objective.kind": "beta-tcvae", "training.batch_size": 1})
    with pytest.raises(UsageError, match="2 or more"):
        start_run(recipe, CPU, tmp_path / "run", images=pictures())
    assert not (tmp_path / "run").exists()


def test_an_automatic_batch_is_never_too_small_for_an_objective():
    recipe = Recipe().with_values({"objective.kind": "beta-tcvae", "training.epochs": 1})
    assert Run(recipe, pictures(4), CPU).recipe.training.batch_size >= 2


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"objective.kind": "iwae", "objective.samples": 0}, "objective.samples cannot be 0: it must be at least 1."),
        ({"objective.kind": "info-vae", "objective.alpha": -1}, "objective.alpha cannot be -1: it must be at least 0."),
        ({"objective.free_bits": -0.5}, "objective.free_bits cannot be -0.5: it must be at least 0."),
        (
            {"likelihood.greys": "x"},
            "likelihood.greys cannot be 'x': it must be 'grey', 'static' or 'dynamic'.",
        ),
        (
            {"likelihood.kind": "gaussian", "likelihood.greys": "static"},
            "The likelihood 'gaussian' has no greys; it belongs to bernoulli.",
        ),
        (
            {"objective.kind": "iwae", "objective.beta": 2},
            "The objective 'iwae' has no beta; it belongs to vae, beta-vae and adversarial.",
        ),
    ],
)
def test_values_out_of_range_or_of_another_kind_are_one_sentence(values, sentence):
    with pytest.raises(UsageError) as caught:
        Recipe().with_values(values)
    assert str(caught.value).endswith(sentence)


def of_codes(train_count=1000, classes=2, shape=MNIST, **values):
    usual = {"objective.kind": "vae", "training.batch_size": 256}
    given = {name.replace("__", "."): value for name, value in values.items()}
    return code_fault(Recipe().with_values(usual | given), shape, train_count, classes)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"network__condition": "label", "classes": 0},
            "A conditional network needs labels, and these pictures have none; sort them into one folder for each "
            "label, or set network.condition to none.",
        ),
        (
            {"network__condition": "label", "prior__kind": "vampprior"},
            "The VampPrior encodes pictures that have no label, so it does not go with a condition; set prior.kind to "
            "normal or sphere, or network.condition to none.",
        ),
        (
            {"objective__kind": "beta-tcvae", "prior__kind": "vampprior"},
            "The objective beta-tcvae takes the KL apart by the dimensions of a standard normal, so it does not go "
            "with the prior vampprior; set prior.kind to normal, or objective.kind to vae or beta-vae or capacity or "
            "iwae or adversarial.",
        ),
        (
            {"prior__kind": "sphere", "network__latent_dim": 1},
            "A sphere in one dimension is two points; set network.latent_dim to 2 or more, or take another prior.",
        ),
        (
            {"prior__kind": "sphere", "objective__free_bits": 0.5},
            "Free nats are given to each dimension, and with the prior sphere only the whole code has a KL; set "
            "objective.free_bits to 0, or prior.kind to normal.",
        ),
        (
            {"prior__kind": "vampprior", "prior__components": 100, "train_count": 40},
            "100 pseudo-inputs are more than the 40 pictures to train on; set prior.components to 40 or less.",
        ),
        (
            {
                "prior__kind": "vampprior",
                "objective__kind": "iwae",
                "objective__samples": 50,
                "network__latent_dim": 40,
                "prior__components": 500,
            },
            "500 pseudo-inputs for 12,800 codes of 40 dimensions do not fit in memory in one step; set "
            "prior.components to 262 or less, or take a smaller batch.",
        ),
        (
            {"prior__kind": "vampprior", "prior__components": 500, "network__kind": "grid", "network__latent_dim": 40},
            "500 pseudo-inputs for 256 codes of 1,960 dimensions do not fit in memory in one step; set "
            "prior.components to 267 or less, or take a smaller batch.",
        ),
        (
            {"prior__kind": "sphere", "network__kind": "grid", "network__latent_dim": 41},
            "A code of 2,009 numbers is too long for the prior sphere, which goes to 2,000; set network.latent_dim to "
            "40 or less, or take another prior.",
        ),
    ],
)
def test_a_prior_or_condition_that_cannot_be_is_one_sentence(values, sentence):
    assert of_codes(**values) == sentence


def test_what_a_prior_asks_of_a_code_is_asked_of_the_whole_grid():
    grid = {"network__kind": "grid", "prior__kind": "sphere"}
    assert of_codes(network__latent_dim=1, **grid) is None
    assert of_codes(network__latent_dim=40, **grid) is None


def test_every_objective_goes_with_the_normal_prior_and_says_what_else_it_goes_with():
    for kind in OBJECTIVES:
        told = of_codes(objective__kind=kind, network__condition="label")
        assert told is None or (kind == "vq-vae" and "entries of a code book cannot be given a label" in told)
        for prior in ("vampprior", "sphere"):
            fault = of_codes(objective__kind=kind, prior__kind=prior)
            assert (fault is None) == OBJECTIVES[kind].options.any_prior
            assert fault is None or fault.startswith(f"The objective {kind} ")


def test_a_conditional_run_without_labels_is_refused_before_its_folder_stays(tmp_path):
    recipe = Recipe().with_values({"network.condition": "label"})
    with pytest.raises(UsageError, match="needs labels, and these pictures have none"):
        start_run(recipe, CPU, tmp_path / "run", images=replace(pictures(), labels=None))
    assert not (tmp_path / "run").exists()
