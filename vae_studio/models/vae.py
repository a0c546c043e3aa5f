"""The variational autoencoder: an encoder, a decoder, and the precision they compute in."""

import contextlib
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from vae_studio.models.catalogue import NETWORKS, NetworkOptions
from vae_studio.models.posterior import DiagonalGaussian

_MOST_LOG_VAR = 10.0  # no posterior needs to be 150 times as wide as the prior, and exp() soon overflows


class VAE(nn.Module):
    """Encoder and decoder around a code.

    The networks may compute in bfloat16; what leaves them is float32, so that every loss is summed in float32.
    """

    def __init__(self, encoder: nn.Module, decoder: nn.Module, latent_dim: int) -> None:
        super().__init__()
        self.encoder = encoder  # [N, C, H, W] in [0, 1] -> [N, 2 D], mu then log_var
        self.decoder = decoder  # [N, D] -> [N, C, H, W], the likelihood's natural parameter
        self.companions = nn.ModuleDict()  # what an objective learns beside them, like one sigma for all pixels
        self.latent_dim = latent_dim
        self.in_bfloat16 = False  # whether both compute in bfloat16

    @contextlib.contextmanager
    def in_float32(self) -> Iterator[None]:
        """Compute in float32 while the block runs, whatever the training computes in: figures are read here."""
        before, self.in_bfloat16 = self.in_bfloat16, False
        try:
            yield
        finally:
            self.in_bfloat16 = before

    def encode(self, x: Tensor) -> DiagonalGaussian:
        """Return the posterior of pictures x [N, C, H, W] in [0, 1]."""
        with torch.autocast(x.device.type, torch.bfloat16, enabled=self.in_bfloat16):
            head = self.encoder(x)
        mu, log_var = head.float().chunk(2, dim=1)
        return DiagonalGaussian(mu, log_var.clamp(max=_MOST_LOG_VAR))

    def encode_mean(self, x: Tensor) -> Tensor:
        """Return the posterior means, [N, D]: what maps, morphs and tables use."""
        return self.encode(x).mu

    def encode_sample(self, x: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """Return one code per picture drawn from its posterior, [N, D]."""
        return self.encode(x).reparameterize(generator)

    def decode(self, z: Tensor) -> Tensor:
        """Return the likelihood's natural parameter for codes z [N, D], as float32 [N, C, H, W]."""
        with torch.autocast(z.device.type, torch.bfloat16, enabled=self.in_bfloat16):
            output: Tensor = self.decoder(z)
        return output.float()


def build_vae(options: NetworkOptions, shape: tuple[int, int, int], seed: int) -> VAE:
    """Build a freshly initialised network for pictures of `shape` (H, W, C); the same seed gives the same weights."""
    with torch.random.fork_rng(devices=[]):  # initialisers only know the global generator; leave it as it was
        torch.manual_seed(seed)
        encoder, decoder = NETWORKS[options.kind].load()(options, shape)
    return VAE(encoder, decoder, options.code_length(shape))
