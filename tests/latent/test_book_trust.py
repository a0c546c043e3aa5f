"""Trust in mixtures of entries: what the prior knows is trusted, what it has never seen is not."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from vae_studio.latent.book import Book
from vae_studio.latent.book_prior import BookPrior
from vae_studio.latent.book_trust import BookJudge
from vae_studio.latent.codes import Codes

SHARES = torch.tensor([0.4, 0.4, 0.199, 0.001])


class Independent(nn.Module):
    """A prior that draws each entry by itself."""

    def log_prob(self, indices):
        return SHARES.log()[indices].sum(dim=1)


@pytest.fixture
def prior():
    return BookPrior(Book(np.arange(8, dtype=np.float32).reshape(4, 2), 3), Independent())


@pytest.fixture
def judge(prior):
    drawn = np.random.default_rng(0).choice(4, size=(500, 3), p=SHARES.double().numpy() / float(SHARES.double().sum()))
    mu = prior.book.codes(drawn)
    return BookJudge.of(Codes(mu, np.zeros_like(mu), prior), prior)


def test_bits_are_those_of_the_prior(judge, prior):
    common = judge.trust(prior.book.codes(np.array([[0, 1, 0]]))[0])
    assert common.bits == pytest.approx(-3 * math.log2(0.4), rel=1e-5)
    assert (common.different, common.places) == (2, 3)
    assert common.verdict == "like the data" and common.support > 50
    assert common.typical >= common.bits
    assert "2 entries at 3 places cost 4 bits" in common.sentence()


def test_a_mixture_that_no_picture_has_is_not_trusted(judge, prior):
    strange = judge.trust(prior.book.codes(np.array([[3, 3, 3]]))[0])
    assert strange.verdict == "empty land" and strange.support == 0
    assert strange.bits > 3 * strange.typical


def test_without_the_prior_nothing_is_said(prior):
    bare = BookPrior(prior.book)
    mu = prior.book.codes(np.zeros((5, 3), np.int64))
    assert BookJudge.of(Codes(mu, np.zeros_like(mu), bare), bare).trust(mu[0]) is None
