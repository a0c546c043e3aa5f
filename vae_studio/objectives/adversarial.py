"""The adversarially sharpened VAE (Larsen et al., 2016), with patches and a weight as in VQGAN (Esser et al., 2021)."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from vae_studio.models.vae import VAE
from vae_studio.objectives.adversarial_options import AdversarialOptions
from vae_studio.objectives.elbo import Elbo, weighted
from vae_studio.objectives.likelihood import Likelihood
from vae_studio.objectives.objective import Objective, Terms
from vae_studio.objectives.one_sample import one_sample
from vae_studio.objectives.schedule import Share

_SLOPE = 0.2  # of the leaky rectifiers
_SMALL, _MIDDLE = 16, 32  # pixels; larger pictures are judged by larger patches
_MOST = 1e4  # times the discriminator's slope may be raised to that of the reconstruction
_TINY = 1e-8


class Adversarial:
    """The negative ELBO, and a pull away from what a discriminator tells from real pictures, patch by patch.

    The pull on a picture is as long as `sharpness` times that of the reconstruction, whatever the nats. Discriminator
    and networks learn in one step, each from its own loss alone, as in FactorVAE. The pull has no value in nats: what
    is told is the ELBO's loss, so figures can be compared with those of a VAE, and are a little worse for it.
    """

    has_prior = AdversarialOptions.has_prior

    def __init__(self, options: AdversarialOptions, likelihood: Likelihood) -> None:
        self.options = options
        self.likelihood = likelihood
        self._bound = Elbo(options, likelihood)

    def stage(self, progress: float) -> Objective:
        """Return the bound alone before the discriminator's start: it neither learns nor costs time till then."""
        return self._bound if self.options.sharpness == 0 or progress < self.options.start else self

    def companions(self, model: VAE) -> dict[str, nn.Module]:
        """Return the discriminator of the model's pictures, the same at each call; none where it has no say."""
        if self.options.sharpness == 0:
            return {}
        device = next(model.parameters()).device
        with torch.no_grad():
            told = model.given(torch.zeros(1, dtype=torch.long, device=device))
            _, channels, *size = told.decode(torch.zeros(1, model.latent_dim, device=device)).shape
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            return {"discriminator": discriminator(channels, max(size), self.options.width)}

    def __call__(self, model: VAE, x: Tensor, generator: torch.Generator, progress: Share) -> Terms:
        """Return the terms of a batch x [N, C, H, W]; a tensor's progress is taken to lie behind the start."""
        waiting = not isinstance(progress, Tensor) and self.stage(progress) is not self
        if not torch.is_grad_enabled() or self.options.sharpness == 0 or waiting:
            return self._bound(model, x, generator, progress)
        sample = one_sample(model, self.likelihood, x, generator)
        terms = weighted(sample, self.options, progress)
        judge, drawn = model.companions["discriminator"], self.likelihood.mean(sample.output)
        frozen = {name: weight.detach() for name, weight in judge.named_parameters()}
        unlike = -torch.func.functional_call(judge, frozen, (drawn,)).mean()
        pull = self.options.sharpness * _balance(sample.reconstruction, unlike, sample.output) * unlike
        learning = _judged(judge, x, drawn.detach())
        more = pull + learning
        return Terms(terms.loss + (more - more.detach()), terms.reconstruction, terms.kl)  # gradients, without a value


def discriminator(channels: int, side: int, width: int) -> nn.Module:
    """Return a network that judges patches of pictures [N, C, H, W]: above 0 where they seem real, [N, 1, h, w]."""
    steps = 1 if side < _SMALL else 2 if side <= _MIDDLE else 3
    layers: list[nn.Module] = []
    for step in range(steps):
        below = channels if step == 0 else width << (step - 1)
        layers += [nn.Conv2d(below, width << step, 3, 2, padding=1), nn.LeakyReLU(_SLOPE)]
    top = width << (steps - 1)
    layers += [nn.Conv2d(top, top, 3, padding=1), nn.LeakyReLU(_SLOPE)]
    return nn.Sequential(*layers, nn.Conv2d(top, 1, 3, padding=1))


def _balance(reconstruction: Tensor, unlike: Tensor, output: Tensor) -> Tensor:
    """Return by how much the discriminator's slope at the decoder's output has to be raised to be as long as the other.

    VQGAN's equation 7 takes the slopes at the last layer's weights; those at the output need no name of a layer.
    """
    (toward,) = torch.autograd.grad(reconstruction, output, retain_graph=True)
    (away,) = torch.autograd.grad(unlike, output, retain_graph=True)
    times: Tensor = (toward.norm() / (away.norm() + _TINY)).clamp(max=_MOST)
    return times.detach()


def _judged(judge: nn.Module, real: Tensor, drawn: Tensor) -> Tensor:
    """Return the discriminator's hinge loss on real pictures and on drawn ones."""
    missed: Tensor = functional.relu(1 - judge(real)).mean()
    taken: Tensor = functional.relu(1 + judge(drawn)).mean()
    return 0.5 * (missed + taken)
