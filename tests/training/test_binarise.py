"""Grey pixels drawn black or white: with the right probability, once where it must be, reproducibly when measured."""

import numpy as np
import pytest
import torch

from tests.small import assert_same, pictures, recipe, training, weights
from vae_studio.training.batches import PictureStore
from vae_studio.training.binarise import binarised_anew, binarised_once
from vae_studio.training.events import EpochDone
from vae_studio.training.held_out import held_out_losses
from vae_studio.training.loop import train

CPU = torch.device("cpu")
KINDS = {
    "once": lambda grey: binarised_once(grey, torch.arange(len(grey)), 5),
    "anew": lambda grey: binarised_anew(grey, torch.Generator().manual_seed(5)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_black_stays_black_and_white_stays_white(kind):
    grey = torch.tensor([0, 255], dtype=torch.uint8).repeat(500, 400).reshape(500, 20, 40, 1)
    assert torch.equal(KINDS[kind](grey), grey)


@pytest.mark.parametrize("kind", KINDS)
def test_a_grey_is_the_probability_of_white(kind):
    grey = torch.arange(256, dtype=torch.uint8).repeat(4000, 1).reshape(4000, 16, 16, 1)
    drawn = KINDS[kind](grey)
    assert set(drawn.unique().tolist()) == {0, 255}
    share = (drawn.reshape(4000, 256) == 255).double().mean(dim=0)
    p = torch.arange(256).double() / 255
    deviations = (share - p)[1:-1] / (p * (1 - p) / 4000).sqrt()[1:-1]
    assert deviations.abs().max() < 4.5
    assert deviations.square().mean() == pytest.approx(1, abs=0.35)  # neither too regular nor too wild


@pytest.mark.parametrize("kind", KINDS)
def test_pixels_and_pictures_know_nothing_of_each_other(kind):
    drawn = KINDS[kind](torch.full((3000, 4, 6, 1), 128, dtype=torch.uint8)).reshape(3000, 24).double()
    correlations = torch.corrcoef(drawn.T) - torch.eye(24)
    assert correlations.abs().max() < 4.5 / 3000**0.5
    between = torch.corrcoef(drawn[:24]) - torch.eye(24)
    assert between.abs().max() < 4.7 / 24**0.5


def test_once_is_a_function_of_picture_and_seed_whatever_the_batch():
    grey = torch.from_numpy(pictures(20).pictures)
    whole = binarised_once(grey, torch.arange(20), 3)
    chosen = torch.tensor([17, 2, 2, 9])
    assert torch.equal(binarised_once(grey[chosen], chosen, 3), whole[chosen])
    for seed in (0, 4, 2**31 - 1):
        assert not torch.equal(binarised_once(grey, torch.arange(20), seed), whole)
    far = torch.tensor([10**9])
    assert binarised_once(grey[:1], far, 3).unique().numel() == 2


def store(pixels, seed=0):
    return PictureStore(pictures(20).pictures, CPU, pixels=pixels, seed=seed)


def test_grey_pictures_draw_nothing_from_the_noise():
    noise = torch.Generator().manual_seed(1)
    before = noise.get_state()
    for pixels in ("grey", "static"):
        store(pixels).batch(torch.arange(5), noise)
    assert torch.equal(noise.get_state(), before)


def test_dynamic_pictures_are_new_in_training_and_the_same_when_measured():
    indices, noise = torch.arange(20), torch.Generator().manual_seed(1)
    dynamic = store("dynamic")
    assert not torch.equal(dynamic.batch(indices, noise), dynamic.batch(indices, noise))
    assert torch.equal(dynamic.batch(indices), store("static").batch(indices))
    assert set(dynamic.batch(indices, noise).unique().tolist()) == {0.0, 1.0}


@pytest.mark.parametrize("pixels", ["static", "dynamic"])
def test_the_held_out_measurement_is_reproducible_and_looking_changes_nothing(pixels):
    made = recipe(likelihood__greys=pixels)
    quiet, watched = training(made), training(made)
    list(train(*quiet.parts))
    for event in train(*watched.parts):
        parts = watched.state.model, watched.objective, watched.store, watched.split.held_out
        first, second = held_out_losses(*parts), held_out_losses(*parts)
        assert first == second
        if isinstance(event, EpochDone):
            assert event.held_out == first
    assert_same(weights(quiet.state.model), weights(watched.state.model))


def test_static_pictures_of_another_seed_are_others():
    first, second = (store("static", seed).batch(torch.arange(20)).numpy() for seed in (0, 1))
    assert not np.array_equal(first, second)


@pytest.mark.parametrize("noise", [0.0, 1 - 2**-24])
def test_the_ends_of_the_noise_neither_whiten_black_nor_blacken_white(noise, monkeypatch):
    monkeypatch.setattr(torch, "rand", lambda shape, **_: torch.full(shape, noise))
    grey = torch.tensor([0, 255], dtype=torch.uint8).reshape(2, 1, 1, 1)
    assert torch.equal(binarised_anew(grey, torch.Generator()), grey)


@pytest.mark.parametrize(("pixels", "kinds"), [("static", 1), ("dynamic", 4)])
def test_training_sees_a_picture_as_it_was_drawn(pixels, kinds):
    images = pictures(12)
    images.pictures[:] = 128  # every pixel is a coin
    parts = training(recipe(likelihood__greys=pixels, training__epochs=4, training__batch_size=16), images)
    objective, seen = parts.objective, []

    def noting(model, x, generator, progress):
        if torch.is_grad_enabled():
            seen.append(frozenset(picture.numpy().tobytes() for picture in x))
        return objective(model, x, generator, progress)

    parts.objective = noting
    list(train(*parts.parts))
    assert len(seen) == 4 and len(set(seen)) == kinds
    assert len(frozenset.union(*seen)) == kinds * len(seen[0])  # no picture twice
