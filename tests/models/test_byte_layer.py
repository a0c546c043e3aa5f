"""Bytes times bytes give what floats times floats give, where the computer can do it at all."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from vae_studio.models import byte_layer
from vae_studio.models.byte_layer import ByteLinear, of_bytes
from vae_studio.models.catalogue import ConvOptions, DenseOptions, ResidualOptions
from vae_studio.models.vae import build_vae


def works():
    try:
        found = ByteLinear(nn.Linear(784, 512))(torch.full((512, 784), 255, dtype=torch.uint8))
    except (RuntimeError, AttributeError):
        return False
    return bool(found.isfinite().all())


pytestmark = pytest.mark.skipif(not works(), reason="this computer does not multiply bytes")


@pytest.fixture
def always(monkeypatch):
    monkeypatch.setattr(byte_layer, "_gains", lambda: True)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32), st.integers(1, 700), st.integers(1, 40), st.integers(1, 70), st.booleans())
def test_bytes_give_the_numbers_of_float32(seed, count, pixels, width, centred):
    generator = torch.Generator().manual_seed(seed)
    linear = nn.Linear(pixels, width)
    with torch.no_grad():
        linear.weight.normal_(generator=generator).mul_(10 ** torch.randn(width, 1, generator=generator))
        linear.weight[0] = 0
    x = torch.randint(0, 256, (count, pixels), dtype=torch.uint8, generator=generator)
    seen = x.double() / 255 * (2 if centred else 1) - (1 if centred else 0)
    with torch.no_grad():
        found = ByteLinear(linear, centred)(x)
        wanted = linear.double()(seen)
    size = linear.weight.abs().sum(dim=1) + linear.bias.abs()
    assert ((found - wanted).abs() <= 5e-7 * size).all()


@pytest.mark.parametrize(
    ("options", "shape"),
    [(DenseOptions(), (28, 28, 1)), (DenseOptions(inputs="-1..1"), (8, 6, 3)), (ResidualOptions(), (12, 12, 3))],
)
def test_encoders_of_bytes_are_encoders_of_floats(options, shape, always):
    model = build_vae(options, shape, seed=0).eval()
    pictures = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (600, *shape)).astype(np.uint8))
    pictures = pictures.permute(0, 3, 1, 2)
    with torch.inference_mode():
        wanted = model.encoder(pictures.float() / 255)
        found = of_bytes(model.encoder)(pictures)
    assert (found - wanted).abs().max() < 5e-6 * wanted.abs().max()


def test_other_networks_keep_their_own_encoder(always):
    assert of_bytes(build_vae(ConvOptions(), (28, 28, 1), seed=0).encoder) is None
    assert of_bytes(nn.Linear(3, 3)) is None
    ruined = build_vae(DenseOptions(), (8, 8, 1), seed=0).encoder
    assert of_bytes(ruined) is not None
    next(ruined.parameters()).data[3, 4] = torch.nan
    assert of_bytes(ruined) is None


def test_a_computer_that_gets_it_wrong_or_does_not_gain_is_not_asked(monkeypatch):
    monkeypatch.setattr(byte_layer, "_seconds", lambda *ways: [2.0, 1.0])
    assert byte_layer._gains.__wrapped__()
    right = ByteLinear.forward
    monkeypatch.setattr(ByteLinear, "forward", lambda self, x: right(self, x) * 1.001)
    assert not byte_layer._gains.__wrapped__()
    monkeypatch.setattr(ByteLinear, "forward", right)
    monkeypatch.setattr(byte_layer, "_seconds", lambda *ways: [1.0, 1.0])
    assert not byte_layer._gains.__wrapped__()
