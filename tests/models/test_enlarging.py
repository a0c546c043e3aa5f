"""Doublings and convolutions that are made one give the same pictures."""

import pytest
import torch
from torch import nn

from vae_studio.models.catalogue import PyramidOptions
from vae_studio.models.enlarging import Enlargement, merged
from vae_studio.models.vae import build_vae


@pytest.mark.parametrize("size", [(64, 64), (33, 20), (5, 3)], ids=str)
def test_the_merged_decoder_draws_the_same(size):
    decoder = build_vae(PyramidOptions(latent_dim=3, width=4, hidden=8), (*size, 3), seed=0).decoder
    for weight in decoder.parameters():  # its last layer begins next to zero, and would hide a difference
        nn.init.normal_(weight, std=0.3)
    quick = merged(decoder)
    doublings = [layer for layer in decoder if isinstance(layer, nn.Upsample)]
    assert sum(isinstance(layer, Enlargement) for layer in quick) == len(doublings) > 0
    assert not any(isinstance(layer, nn.Upsample) for layer in quick)
    z = torch.randn(5, 3, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        drawn = decoder(z)
        assert torch.allclose(quick(z), drawn, atol=1e-5 * float(drawn.abs().max()))


def test_other_layers_are_left_alone():
    smooth = nn.Upsample(scale_factor=2, mode="bilinear")
    doubled = nn.Upsample(scale_factor=2, mode="nearest")
    wide = nn.Conv2d(2, 2, 5, padding=2)
    layers = nn.Sequential(smooth, nn.Conv2d(2, 2, 3, padding=1), doubled, wide, nn.SiLU())
    assert list(merged(layers)) == list(layers)
    assert merged(wide) is wide
