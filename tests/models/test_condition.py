"""The conditional VAE: what the label does, and that one label alone does nothing."""

import pytest
import torch

from vae_studio.models.catalogue import ConvOptions, DenseOptions, PyramidOptions, ResidualOptions
from vae_studio.models.condition import one_hot
from vae_studio.models.vae import build_vae
from vae_studio.objectives.catalogue import LIKELIHOODS, OBJECTIVES
from vae_studio.objectives.objective import attach, build_objective

SHAPE = (8, 8, 1)
SMALL = {
    "dense": lambda: DenseOptions(latent_dim=2, widths=(12,)),
    "residual": lambda: ResidualOptions(latent_dim=2, width=12, blocks=1),
    "conv": lambda: ConvOptions(latent_dim=2, channels=(4, 6), hidden=8),
    "pyramid": lambda: PyramidOptions(latent_dim=2, width=4, hidden=8),
}


def pictures(count=6):
    return torch.rand(count, 1, 8, 8, generator=torch.Generator().manual_seed(0))


def with_one_label(kind):
    """A VAE, and a conditional one of a single label with the same weights, to whom the label says nothing."""
    plain = build_vae(SMALL[kind](), SHAPE, seed=0)
    told = build_vae(SMALL[kind](), SHAPE, seed=1, classes=1)
    theirs = dict(told.named_parameters())
    with torch.no_grad():
        for name, own in plain.named_parameters():
            side, rest = name.split(".", 1)
            weight = theirs[f"{side}.{side}.{rest}"]
            if weight.shape == own.shape:
                weight.copy_(own)
            elif own.ndim == 4:  # the picture's channel of the first convolution
                weight[:, :1].copy_(own)
            elif side == "encoder":  # every other number of a row is the label's
                weight[:, ::2].copy_(own)
            else:
                weight[:, :2].copy_(own)
                weight[:, 2:] = 0
        told.encoder.channel.weight.zero_()
    return plain, told.given(torch.zeros(6, dtype=torch.int64))


@pytest.mark.parametrize("objective", ["vae", "iwae", "beta-tcvae"])
@pytest.mark.parametrize("kind", ["dense", "conv"])
def test_a_conditional_vae_of_a_single_label_is_the_vae(kind, objective):
    plain, told = with_one_label(kind)
    loss = build_objective(OBJECTIVES[objective].options(), LIKELIHOODS["bernoulli"].options())
    attach(plain, loss)
    first, second = (loss(model, pictures(), torch.Generator().manual_seed(1), 0.5) for model in (plain, told))
    for name in ("loss", "reconstruction", "kl"):
        torch.testing.assert_close(getattr(second, name), getattr(first, name), atol=1e-4, rtol=1e-5)


@pytest.mark.parametrize("kind", SMALL)
def test_every_network_sees_the_label_on_both_sides_and_learns_from_it(kind):
    model = build_vae(SMALL[kind](), SHAPE, seed=0, classes=3)
    x, z = pictures(2), torch.zeros(2, 2)
    first, second = (model.given(torch.tensor([label, label])) for label in (0, 2))
    assert not torch.allclose(first.encode_mean(x), second.encode_mean(x))
    assert not torch.allclose(first.decode(z), second.decode(z))
    (first.decode(first.encode_mean(x)).square().sum()).backward()
    assert all(weight.grad is not None for weight in model.parameters())
    assert model.encoder.channel.weight.grad[:, 0].abs().sum() > 0
    assert model.encoder.channel.weight.grad[:, 2].abs().sum() == 0


def test_each_row_has_its_own_label_and_several_codes_of_a_picture_share_one():
    model = build_vae(SMALL["dense"](), SHAPE, seed=0, classes=3)
    z, labels = torch.randn(3, 2, generator=torch.Generator().manual_seed(0)), torch.tensor([2, 0, 1])
    together = model.given(labels).decode(z.repeat(4, 1))
    one_by_one = torch.cat([model.given(labels[row : row + 1]).decode(z[row : row + 1]) for row in range(3)])
    torch.testing.assert_close(together, one_by_one.repeat(4, 1, 1, 1))
    torch.testing.assert_close(model.given(labels).rows(slice(1, 3)).decode(z[1:]), one_by_one[1:])


def test_the_weights_are_shared_and_the_network_itself_is_told_nothing():
    model = build_vae(SMALL["dense"](), SHAPE, seed=0, classes=2)
    view = model.given(torch.tensor([1]))
    assert view is not model and view.encoder is model.encoder and model.labels is None
    plain = build_vae(SMALL["dense"](), SHAPE, seed=0)
    assert plain.given(torch.tensor([1])) is plain


def test_a_picture_without_a_label_has_no_one():
    assert one_hot(torch.tensor([-1, 0, 2]), 3).tolist() == [[0, 0, 0], [1, 0, 0], [0, 0, 1]]
