"""Every network: sizes, shapes, gradients, seeds."""

import pytest
import torch

from vae_studio.errors import UsageError
from vae_studio.models.catalogue import (
    NETWORKS,
    AutoOptions,
    ConvOptions,
    DenseOptions,
    GridOptions,
    PyramidOptions,
    ResidualOptions,
)
from vae_studio.models.layers import Deconvolution, SineFeatures
from vae_studio.models.vae import build_vae

SMALL = {
    "dense": lambda dim: DenseOptions(latent_dim=dim, widths=(24, 12)),
    "residual": lambda dim: ResidualOptions(latent_dim=dim, width=16, blocks=2),
    "conv": lambda dim: ConvOptions(latent_dim=dim, channels=(4, 6), hidden=8),
    "pyramid": lambda dim: PyramidOptions(latent_dim=dim, width=4, hidden=8),
    "grid": lambda dim: GridOptions(latent_dim=dim, width=8, blocks=1),
    "auto": lambda dim: AutoOptions(latent_dim=dim),
}
SIZES = [(8, 8), (27, 27), (28, 28), (30, 30), (33, 33), (64, 64), (65, 40), (5, 3), (1, 1)]


def count(module):
    return sum(weight.numel() for weight in module.parameters())


def test_the_keras_network_has_the_published_number_of_parameters():
    model = build_vae(ConvOptions(latent_dim=2), (28, 28, 1), seed=0)
    assert (count(model.encoder), count(model.decoder)) == (174_932, 157_633)


def test_every_network_of_the_catalogue_is_tested_here():
    assert {*SMALL, "memoriser"} == set(NETWORKS)  # which has no encoder to speak of and tests of its own


@pytest.mark.parametrize("kind", SMALL)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
def test_pictures_of_any_size_come_back_in_their_size(kind, size):
    for channels, dim in ((1, 2), (3, 16), (3, 1)):
        model = build_vae(SMALL[kind](dim), (*size, channels), seed=0)
        x = torch.rand(3, channels, *size)
        posterior = model.encode(x)
        places = model.grid[0] * model.grid[1]
        assert (places > 1) == (kind == "grid" and max(size) > 2)
        assert posterior.mu.shape == posterior.log_var.shape == (3, dim * places)
        output = model.decode(posterior.mu)
        assert output.shape == x.shape
        assert output.dtype == posterior.mu.dtype == torch.float32
        assert torch.isfinite(output).all()


@pytest.mark.parametrize("kind", SMALL)
@pytest.mark.parametrize("size", [(8, 8), (33, 33), (65, 40)], ids=str)
def test_gradients_reach_every_weight(kind, size):
    model = build_vae(SMALL[kind](2), (*size, 3), seed=1)
    x = torch.rand(16, 3, *size, generator=torch.Generator().manual_seed(0))
    posterior = model.encode(x)
    z = posterior.reparameterize(torch.Generator().manual_seed(0))
    (model.decode(z).square().sum() + posterior.kl_per_dim().sum()).backward()
    dead = [name for name, weight in model.named_parameters() if weight.grad is None or not weight.grad.any()]
    assert not dead


@pytest.mark.parametrize("kind", SMALL)
def test_the_last_row_and_column_of_a_picture_are_seen_and_drawn(kind):
    model = build_vae(SMALL[kind](4), (27, 29, 1), seed=0)
    x = torch.rand(1, 1, 27, 29, requires_grad=True)
    model.encode(x).mu.square().sum().backward()
    assert x.grad[0, 0, -1].any()
    assert x.grad[0, 0, :, -1].any()
    z = torch.randn(64, model.latent_dim, generator=torch.Generator().manual_seed(0))
    spread = model.decode(z).std(dim=0)[0]
    assert (spread[-1] > 0).any()
    assert (spread[:, -1] > 0).any()


@pytest.mark.parametrize("kind", SMALL)
def test_the_same_seed_gives_the_same_weights_and_leaves_the_global_generator_alone(kind):
    torch.manual_seed(5)
    before = torch.random.get_rng_state()
    first, second, other = (build_vae(SMALL[kind](2), (8, 8, 1), seed) for seed in (1, 1, 2))
    assert torch.equal(before, torch.random.get_rng_state())
    pairs = list(zip(first.parameters(), second.parameters(), strict=True))
    assert all(torch.equal(one, two) for one, two in pairs)
    assert any(not torch.equal(one, two) for one, two in zip(first.parameters(), other.parameters(), strict=True))


@pytest.mark.parametrize("kind", SMALL)
def test_the_memory_order_of_pictures_changes_nothing_that_matters(kind):
    model = build_vae(SMALL[kind](2), (9, 7, 3), seed=0)
    x = torch.rand(2, 3, 9, 7)
    one, two = model.encode_mean(x), model.encode_mean(x.contiguous(memory_format=torch.channels_last))
    torch.testing.assert_close(one, two)


@pytest.mark.parametrize("kind", SMALL)
def test_no_codes_give_no_pictures(kind):
    model = build_vae(SMALL[kind](2), (8, 8, 1), seed=0)
    assert model.decode(torch.zeros(0, model.latent_dim)).shape == (0, 1, 8, 8)


def test_in_bfloat16_the_results_are_float32_and_near():
    model = build_vae(SMALL["residual"](2), (8, 8, 1), seed=0)
    x = torch.rand(4, 1, 8, 8)
    plain = model.encode_mean(x)
    model.in_bfloat16 = True
    assert model.encode_mean(x).dtype == model.decode(plain).dtype == torch.float32
    assert not torch.equal(model.encode_mean(x), plain)
    torch.testing.assert_close(model.encode_mean(x), plain, atol=0.05, rtol=0.05)


def test_a_residual_block_of_two_layers_has_one_more():
    one, two = (build_vae(ResidualOptions(width=16, blocks=3, layers=layers), (8, 8, 1), seed=0) for layers in (1, 2))
    for small, large in ((one.encoder, two.encoder), (one.decoder, two.decoder)):
        assert count(large) - count(small) == 3 * (16 * 16 + 16)


def test_an_unknown_network_is_named():
    with pytest.raises(UsageError, match="no network called 'residul'; did you mean 'residual'"):
        NETWORKS["residul"]


def test_a_deconvolution_is_a_transposed_convolution():
    ours = Deconvolution(3, 5, 3, 2, padding=1, output_padding=1).double()
    plain = torch.nn.ConvTranspose2d(3, 5, 3, 2, padding=1, output_padding=1).double()
    plain.load_state_dict(ours.state_dict())
    x = torch.rand(2, 3, 7, 6, dtype=torch.float64)
    raised, expected = ours(x), plain(x)
    torch.testing.assert_close(raised, expected)
    for output in (raised, expected):
        output.square().sum().backward()
    torch.testing.assert_close(ours.bias.grad, plain.bias.grad)
    torch.testing.assert_close(ours.weight.grad, plain.weight.grad)


def test_sine_features_keep_the_place_of_a_code_in_bfloat16():
    features = SineFeatures(2, 64)
    z = torch.tensor([[2.0, 1.0], [2.001, 1.0]])
    with torch.autocast("cpu", torch.bfloat16):
        low = features(z)
    assert low.dtype == torch.float32
    torch.testing.assert_close(low, features(z))
    assert not torch.equal(low[0], low[1])


@pytest.mark.parametrize("kind", sorted({*SMALL} - {"grid"}))
def test_codes_are_not_rounded_to_bfloat16(kind):
    model = build_vae(SMALL[kind](2), (28, 28, 1), seed=0)
    model.in_bfloat16 = True
    x = torch.rand(16, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    mu = model.encode(x).mu
    assert not torch.equal(mu, mu.bfloat16().float())
    near = torch.tensor([[2.0, 1.0], [2.003, 1.0]])
    first = next(layer for layer in model.decoder.modules() if isinstance(layer, torch.nn.Linear))
    with torch.autocast("cpu", torch.bfloat16):
        assert not torch.equal(*first(near).split(1))


def test_a_dense_encoder_can_see_pixels_around_their_middle():
    plain, centred = (
        build_vae(DenseOptions(widths=(12,), inputs=inputs), (4, 5, 1), seed=0) for inputs in ("0..1", "-1..1")
    )
    assert [weight.shape for weight in plain.parameters()] == [weight.shape for weight in centred.parameters()]
    x = torch.rand(3, 1, 4, 5)
    torch.testing.assert_close(centred.encode_mean(x), plain.encode_mean(2 * x - 1))
    z = torch.randn(3, 2)
    assert torch.equal(centred.decode(z), plain.decode(z))


def test_a_grid_keeps_the_place_of_a_picture_in_its_code():
    model = build_vae(GridOptions(latent_dim=3, width=8, blocks=0), (32, 32, 1), seed=0)
    assert model.grid == (8, 8) and model.latent_dim == 8 * 8 * 3
    x = torch.zeros(1, 1, 32, 32)
    spot = x.clone()
    spot[0, 0, 5, 29] = 1
    moved = (model.encode_mean(spot) - model.encode_mean(x)).reshape(8, 8, 3).abs().sum(dim=2)
    assert moved.argmax() in (1 * 8 + 7, 0 * 8 + 7, 1 * 8 + 6, 2 * 8 + 7)
    assert moved[4:].max() == 0
    with torch.autocast("cpu", torch.bfloat16):
        assert model.encoder[-1](torch.rand(1, 8, 8, 8)).dtype == torch.float32
