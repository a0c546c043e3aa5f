"""The network that fits the size of the pictures."""

from torch import nn

from vae_studio.models.catalogue import NETWORKS, AutoOptions, kind_for


def build(options: AutoOptions, shape: tuple[int, int, int]) -> tuple[nn.Module, nn.Module]:
    """Return an encoder [N, C, H, W] -> [N, 2 D] and a decoder [N, D] -> [N, C, H, W]."""
    row = NETWORKS[kind_for(shape)]
    parts: tuple[nn.Module, nn.Module] = row.load()(
        row.options.model_validate({"latent_dim": options.latent_dim}), shape
    )
    return parts
