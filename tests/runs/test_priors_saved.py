"""Runs with another prior or with a condition: trained, measured, stopped, saved and opened again."""

from itertools import islice

import numpy as np
import pytest
import torch

from tests.small import CPU, assert_same, pictures, weights
from vae_studio.data.digits import load_digits
from vae_studio.errors import UsageError
from vae_studio.latent.prior import MixturePrior, SpherePrior
from vae_studio.runs.codes_file import read_codes
from vae_studio.runs.label import as_known, given_label
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.replay import Replay
from vae_studio.runs.run import Run, load_snapshot, start_run
from vae_studio.runs.store import RunFolder
from vae_studio.runs.where import Finder

SMALL = {"network.kind": "dense", "network.widths": [16], "training.epochs": 2, "training.batch_size": 8}
KINDS = {
    "vampprior": {"prior.kind": "vampprior", "prior.components": 6},
    "vampprior-iwae": {"prior.kind": "vampprior", "prior.components": 6, "objective.kind": "iwae"},
    "sphere": {"prior.kind": "sphere", "network.latent_dim": 3},
    "circle-iwae": {"prior.kind": "sphere", "objective.kind": "iwae"},
    "conditional": {"network.condition": "label"},
    "conditional-iwae": {"network.condition": "label", "objective.kind": "iwae"},
    "conditional-sphere": {"network.condition": "label", "prior.kind": "sphere"},
    "conditional-factor": {"network.condition": "label", "objective.kind": "factor-vae"},
}
OBJECTIVES_OF_ANY = ("vae", "beta-vae", "capacity", "iwae")


def run_of(kind, images=None, folder=None, **more):
    recipe = Recipe().with_values(SMALL | KINDS[kind] | {key.replace("__", "."): value for key, value in more.items()})
    return (
        start_run(recipe, CPU, folder, images=images or pictures())
        if folder
        else Run(recipe, images or pictures(), CPU)
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_saved_run_measures_encodes_decodes_and_draws_as_before(kind, tmp_path):
    images = pictures()
    run = run_of(kind, images, tmp_path / "run")
    list(run.train())
    again = Run.load(RunFolder.open(tmp_path / "run"), CPU, images)
    assert again.evaluate() == run.evaluate()
    assert run.evaluate().nll == pytest.approx(run.evaluate().negative_elbo, abs=4)
    kept, now = load_snapshot(run.folder), run.snapshot()
    z = kept.prior.sample(5, kept.latent_dim, np.random.default_rng(0))
    assert np.array_equal(z, now.prior.sample(5, now.latent_dim, np.random.default_rng(0)))
    assert np.array_equal(kept.decode(z), now.decode(z))
    saved, labels = read_codes(run.folder.read("codes"))
    wanted = run.encode_all()
    assert np.array_equal(saved.mu, wanted.mu) and np.array_equal(labels, images.labels)
    assert saved.prior.name == wanted.prior.name == run.recipe.prior.kind
    assert np.array_equal(
        saved.prior.kl_of_each(saved.mu, saved.log_var), wanted.prior.kl_of_each(wanted.mu, wanted.log_var)
    )
    replay = Replay(run.folder)
    assert all(np.isfinite(replay.codes_at(moment)).all() for moment in replay.moments())
    assert kept.metric(z, np.eye(kept.latent_dim, dtype=np.float32)[:2]).shape == (5, 2, 2)


@pytest.mark.parametrize("kind", KINDS)
def test_a_stop_and_a_start_change_no_bit(kind, tmp_path):
    images = pictures()
    through = run_of(kind, images, training__epochs=3)
    list(through.train())
    stopped = run_of(kind, images, tmp_path / "run", training__epochs=3)
    stop = iter([False] * 7 + [True])
    list(stopped.train(lambda: next(stop)))
    assert stopped.state.position.step == 7
    again = Run.load(RunFolder.open(tmp_path / "run"), CPU, images)
    list(again.train())
    assert_same(weights(through.model), weights(again.model))


def test_pseudo_inputs_begin_with_training_pictures_and_move(tmp_path):
    images = pictures()
    run = run_of("vampprior", images)
    prior = run.model.prior_kind
    grey = torch.from_numpy(images.pictures[run.split.train]).permute(0, 3, 1, 2) / 255
    before = prior.pseudo_inputs().detach().clone()
    assert torch.cdist(before.flatten(1), grey.flatten(1)).min(dim=1).values.max() < 0.2
    list(run.train())
    assert (prior.pseudo_inputs() - before).abs().max() > 1e-3
    held = run.snapshot()
    assert isinstance(held.prior, MixturePrior) and held.prior.mu.shape == (6, 2)


def test_codes_of_a_sphere_have_length_one_wherever_they_come_from(tmp_path):
    images = pictures()
    run = run_of("sphere", images, tmp_path / "run")
    list(run.train())
    snapshot = load_snapshot(run.folder)
    assert np.linalg.norm(snapshot.encode(images.pictures).mu, axis=1) == pytest.approx(1, abs=1e-6)
    assert np.linalg.norm(Finder(run.folder, snapshot).find("3,0,4")) == pytest.approx(1)
    z = np.float32([[3, 0, 4]])
    assert np.array_equal(snapshot.decode(z), snapshot.decode(SpherePrior().project(z)))
    assert len(run.evaluate().kl_per_dim) == 0


def test_a_conditional_run_decodes_the_label_that_is_asked_for(tmp_path):
    images = pictures()
    run = run_of("conditional", images, tmp_path / "run", training__epochs=60)
    list(run.train())
    snapshot = load_snapshot(run.folder)
    z = snapshot.prior.sample(50, 2, np.random.default_rng(0))
    rows = np.arange(8)[None, :, None, None]
    lit = {}
    for name in ("top", "bottom"):  # blobs whose middle lies in the first rows, and in the last
        drawn = given_label(run.folder, snapshot, name).decode(z).astype(float)
        lit[name] = (drawn * rows).sum() / drawn.sum()
    assert lit["bottom"] > lit["top"] + 0.5
    finder = Finder(run.folder, snapshot)
    finder._images = images
    number = int(np.flatnonzero(images.labels == 1)[0])
    wanted = snapshot.encode(images.pictures[[number]], labels=np.array([1])).mu[0]
    assert np.array_equal(finder.find(f"#{number}"), wanted)
    assert finder.labelled(None).label == 1 and finder.labelled("top").label == 0


def test_each_picture_is_measured_with_its_own_label(tmp_path):
    images = pictures()
    run = run_of("conditional", images, training__epochs=30)
    list(run.train())
    own = run.evaluate().reconstruction
    run.store.labels = 1 - run.store.labels
    assert run.evaluate().reconstruction > own + 0.5
    snapshot, every = run.snapshot(), np.arange(37)
    told = snapshot.losses(images.pictures, every, labels=images.labels)
    assert snapshot.losses(images.pictures, every, labels=1 - images.labels).mean() > told.mean() + 0.5


def test_labels_of_other_pictures_are_known_by_their_names(tmp_path):
    from dataclasses import replace

    run = run_of("conditional", folder=tmp_path / "run")
    list(run.train())
    other = replace(pictures(5), label_names=("bottom", "top"), name="others")
    assert as_known(run.folder, other).labels.tolist() == (1 - other.labels).tolist()
    for wrong, sentence in (
        (replace(other, labels=None, label_names=()), "others has no labels, and this run is conditional on them"),
        (replace(other, label_names=("left", "top")), "others has the label 'left', which this run does not know"),
        (replace(other, labels=other.labels + 7, label_names=()), "others has more labels than the 2"),
    ):
        with pytest.raises(UsageError, match=sentence):
            as_known(run.folder, wrong)
    with pytest.raises(UsageError, match="no label called 'botom'; did you mean 'bottom'"):
        given_label(run.folder, load_snapshot(run.folder), "botom")


def test_a_run_without_condition_takes_no_label(tmp_path):
    run = run_of("vampprior", folder=tmp_path / "run")
    with pytest.raises(UsageError, match="is not conditional, so it takes no label"):
        given_label(run.folder, load_snapshot(run.folder), "top")


@pytest.mark.parametrize("kind", ["vampprior", "sphere", "conditional"])
def test_digits_are_learned(kind):
    """Held out, each beats a VAE that knows nothing: the entropy of the mean picture."""
    images = load_digits()
    values = {"network.kind": "residual", "network.width": 128, "training.epochs": 9, "training.batch_size": 32}
    recipe = Recipe().with_values(values | KINDS[kind] | {"training.seed": 1})
    run = Run(recipe, images, CPU)
    before = run.evaluate().negative_elbo
    events = [event for event in run.train() if hasattr(event, "held_out")]
    assert len(events) == 9
    after = run.evaluate()
    mean = images.pictures[run.split.train].mean(axis=0) / 255
    shown = images.pictures[run.split.held_out] / 255
    knows_nothing = -(shown * np.log(mean + 1e-6) + (1 - shown) * np.log(1 - mean + 1e-6)).sum(axis=(1, 2, 3)).mean()
    assert after.negative_elbo < min(before, knows_nothing) - 1
    assert after.kl > 0.25
    assert after.nll < after.negative_elbo + 0.3
    assert list(islice(run.snapshot().prior.sample(3, recipe.network.latent_dim, np.random.default_rng(0)), 3))


def test_pseudo_inputs_are_a_hundred_or_as_many_as_there_are_pictures():
    for images, count in ((pictures(), 33), (pictures(300), 100)):
        run = Run(Recipe().with_values(SMALL | {"prior.kind": "vampprior"}), images, CPU)
        assert run.recipe.prior.components == count == len(run.model.prior_kind.logits)
