"""The denoising autoencoder: what it spoils, and what it is asked for."""

import pytest
import torch

from tests.objectives.small_models import Linear
from vae_studio.objectives.bernoulli import Bernoulli
from vae_studio.objectives.denoising import Denoising
from vae_studio.objectives.likelihood_options import BernoulliOptions
from vae_studio.objectives.objective_options import DenoisingOptions


def denoising(**options):
    return Denoising(DenoisingOptions(**options), Bernoulli(BernoulliOptions()))


def seeded():
    return torch.Generator().manual_seed(1)


def test_noise_has_the_given_width():
    noise = denoising(amount=0.25).spoilt(torch.full((40, 3, 20, 20), 0.5), seeded()) - 0.5
    assert noise.std().item() == pytest.approx(0.25, rel=0.02)
    assert noise.mean().item() == pytest.approx(0, abs=0.005)


def test_a_mask_takes_all_channels_of_its_share_of_pixels():
    spoilt = denoising(corruption="masking", amount=0.3).spoilt(torch.full((40, 3, 20, 20), 0.5), seeded())
    assert set(spoilt.unique().tolist()) == {0.0, 0.5}
    assert (spoilt == 0).float().mean().item() == pytest.approx(0.3, abs=0.01)
    assert torch.equal(spoilt[:, 0], spoilt[:, 2])


@pytest.mark.parametrize("corruption", ["gaussian", "masking"])
def test_the_clean_picture_is_asked_for_from_the_spoilt_one(corruption):
    noise = torch.Generator().manual_seed(2)
    model = Linear(torch.randn(4, 4, generator=noise).double(), torch.randn(2, 4, generator=noise).double())
    x = torch.rand(5, 1, 2, 2, generator=noise, dtype=torch.float64)
    objective = denoising(corruption=corruption)
    terms = objective(model, x, seeded(), 0.5)
    output = model.decode(model.encode_mean(objective.spoilt(x, seeded())))
    torch.testing.assert_close(terms.loss, Bernoulli(BernoulliOptions()).negative_log_prob(output, x).mean())
    assert terms.loss == terms.reconstruction and terms.kl == 0
    assert not objective.has_prior and not DenoisingOptions.has_samples
