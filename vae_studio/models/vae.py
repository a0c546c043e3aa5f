"""The variational autoencoder: an encoder, a decoder, a prior, and the precision they compute in."""

import contextlib
import copy
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from vae_studio.models.catalogue import NETWORKS, NetworkOptions
from vae_studio.models.codebook import Codebook
from vae_studio.models.condition import LabelledDecoder, LabelledEncoder
from vae_studio.models.posterior import Posterior
from vae_studio.models.prior import Prior, PriorKind, build_prior
from vae_studio.models.priors.catalogue import NormalPriorOptions, PriorOptions
from vae_studio.models.priors.standard_normal import StandardNormal

_MOST_LOG_VAR = 10.0  # no posterior needs to be 150 times as wide as the prior, and exp() soon overflows


class VAE(nn.Module):
    """Encoder and decoder around a code.

    The networks may compute in bfloat16; what leaves them is float32, so that every loss is summed in float32.
    """

    def __init__(
        self,
        encoder: nn.Module,
        decoder: nn.Module,
        latent_dim: int,
        prior: PriorKind | None = None,
        classes: int = 0,
        grid: tuple[int, int] = (1, 1),
    ) -> None:
        super().__init__()
        self.encoder = encoder  # [N, C, H, W] in [0, 1] -> [N, 2 D], mu then log_var
        self.decoder = decoder  # [N, D] -> [N, C, H, W], the likelihood's natural parameter
        # What learns beside them: the prior's own weights, and an objective's, like one sigma for all pixels.
        self.companions = nn.ModuleDict({"prior": prior} if isinstance(prior, nn.Module) else {})
        self.latent_dim = latent_dim
        self.classes = classes  # labels that are a condition of both networks; 0 for none
        self.labels: Tensor | None = None  # of the pictures at hand, [N], see `given`
        self.grid = grid  # rows and columns of places that a code has
        self.in_bfloat16 = False  # whether both compute in bfloat16
        self._prior = StandardNormal() if prior is None else prior if not isinstance(prior, nn.Module) else None

    @property
    def prior_kind(self) -> PriorKind:
        """The prior, before the weights are looked at."""
        return self._prior or self.companions["prior"]  # type: ignore[return-value]

    def prior(self) -> Prior:
        """Return the prior of the weights as they are now."""
        return self.prior_kind.now(self.encode)

    @property
    def codebook(self) -> Codebook | None:
        """The code book whose entries codes are made of; most networks have none."""
        book = getattr(self.companions, "codebook", None)
        return book if isinstance(book, Codebook) else None

    @contextlib.contextmanager
    def in_float32(self) -> Iterator[None]:
        """Compute in float32 while the block runs, whatever the training computes in: figures are read here."""
        before, self.in_bfloat16 = self.in_bfloat16, False
        try:
            yield
        finally:
            self.in_bfloat16 = before

    def given(self, labels: Tensor | None) -> "VAE":
        """Return the same network for pictures with these labels [N]; itself where labels are no condition."""
        if not self.classes:
            return self
        view = copy.copy(self)  # shares all weights
        view.labels = labels
        return view

    def rows(self, chosen: slice) -> "VAE":
        """Return the same network for some of the pictures at hand."""
        return self if self.labels is None else self.given(self.labels[chosen])

    def encode(self, x: Tensor) -> Posterior:
        """Return the posterior of pictures x [N, C, H, W] in [0, 1]."""
        with torch.autocast(x.device.type, torch.bfloat16, enabled=self.in_bfloat16):
            head = self.encoder(x, *self._condition(len(x)))
        return self.posterior(head)

    def posterior(self, head: Tensor) -> Posterior:
        """Return the posterior that the encoder's output [N, 2 D] stands for."""
        mu, log_var = head.float().chunk(2, dim=1)
        return self.prior_kind.posterior(mu, log_var.clamp(max=_MOST_LOG_VAR))

    def encode_mean(self, x: Tensor) -> Tensor:
        """Return the posterior means, [N, D]: what maps, morphs and tables use; with a code book, its entries."""
        return self.quantise(self.encode(x).mu)

    def encode_sample(self, x: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """Return one code per picture drawn from its posterior, [N, D]."""
        return self.encode(x).reparameterize(generator)

    def decode(self, z: Tensor) -> Tensor:
        """Return the likelihood's natural parameter for codes z [N, D], as float32 [N, C, H, W].

        Of several codes for each picture at hand, all of the first come first.
        """
        z = self.quantise(z)
        with torch.autocast(z.device.type, torch.bfloat16, enabled=self.in_bfloat16):
            output: Tensor = self.decoder(self.prior_kind.for_decoder(z), *self._condition(len(z)))
        return output.float()

    def quantise(self, z: Tensor) -> Tensor:
        """Return codes z [N, D] made of entries of the code book, where there is one; else as they are."""
        book = self.codebook
        return z if book is None else book.snap(z)

    def _condition(self, count: int) -> tuple[Tensor, ...]:
        """Return the labels of `count` pictures or codes, or nothing where they are no condition."""
        if not self.classes:
            return ()
        assert self.labels is not None, "a conditional network needs labels, see `given`"
        return (self.labels.repeat(count // max(len(self.labels), 1)),)


def build_vae(
    options: NetworkOptions,
    shape: tuple[int, int, int],
    seed: int,
    prior: PriorOptions | None = None,
    classes: int = 0,
) -> VAE:
    """Build a freshly initialised network for pictures of `shape` (H, W, C); the same seed gives the same weights.

    With `classes` labels both sides are conditional on them.
    """
    chosen = build_prior(prior or NormalPriorOptions(), shape)
    build = NETWORKS[options.kind].load()
    with torch.random.fork_rng(devices=[]):  # initialisers only know the global generator; leave it as it was
        torch.manual_seed(seed)
        if not classes:
            encoder, decoder = build(options, shape)
            return VAE(encoder, decoder, options.code_length(shape), chosen, grid=options.grid(shape))
        height, width, channels = shape
        encoder, _ = build(options, (height, width, channels + 1))
        _, decoder = build(options.model_copy(update={"latent_dim": options.latent_dim + classes}), shape)
        sides = LabelledEncoder(encoder, classes, shape), LabelledDecoder(decoder, classes)
        return VAE(sides[0], sides[1], options.code_length(shape), chosen, classes)
