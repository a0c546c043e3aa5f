"""The memoriser: a code for each picture, given in the order in which training meets them."""

import pytest
import torch

from vae_studio.models.catalogue import MemoriserOptions
from vae_studio.models.vae import build_vae


def made(codes="one-hot", pictures=3, seed=0):
    return build_vae(MemoriserOptions(codes=codes, pictures=pictures, widths=(8,)), (4, 5, 1), seed)


@pytest.fixture
def x():
    return torch.rand(3, 1, 4, 5, generator=torch.Generator().manual_seed(1))


def test_pictures_are_numbered_as_training_meets_them_and_keep_their_numbers(x):
    model = made()
    assert torch.equal(model.encode_mean(x[[2, 0, 2]]), torch.eye(3)[[0, 1, 0]])
    assert torch.equal(model.encode_mean(x[[0, 1]]), torch.eye(3)[[1, 2]])
    assert torch.equal(model.encode_mean(torch.cat([x + 0.01, torch.rand(1, 1, 4, 5)]))[:3], torch.eye(3)[[1, 2, 0]])


def test_nothing_is_learned_where_nothing_is_trained(x):
    model = made()
    with torch.inference_mode():
        model.encode_mean(x)
    assert model.encoder[1].known == 0
    model.encode_mean(x)
    assert model.encoder[1].known == 3


def test_codes_are_the_number_one_or_real_numbers_of_the_seed(x):
    assert torch.equal(made("constant").encode_mean(x), torch.ones(3, 1))
    first, same, other = (made("real", seed=seed).encode_mean(x) for seed in (1, 1, 2))
    assert first.shape == (3, 2) and torch.equal(first, same) and not torch.equal(first, other)
    assert len(first.unique(dim=0)) == 3


def test_the_posterior_is_of_one_piece_with_its_picture(x):
    posterior = made().encode(x)
    assert torch.equal(posterior.log_var, torch.zeros(3, 3))
    assert made().decode(posterior.mu).shape == x.shape
