"""The FactorVAE (Kim and Mnih, 2018)."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from vae_studio.models.vae import VAE
from vae_studio.objectives.likelihood import Likelihood
from vae_studio.objectives.objective import Terms
from vae_studio.objectives.objective_options import FactorVaeOptions
from vae_studio.objectives.one_sample import one_sample
from vae_studio.objectives.pace import Pace, Paced
from vae_studio.objectives.schedule import Share, kl_weight

_LAYERS = 4  # hidden ones
_SLOPE = 0.2  # of the leaky rectifiers, as in the paper
_BETAS = (0.5, 0.9)  # of the discriminator's Adam, as there


class FactorVae:
    """E_q[-log p(x|z)] + KL(q(z|x) || p(z)) + gamma TC(z), where a discriminator estimates the total correlation.

    The discriminator tells codes from codes whose dimensions were mixed among the batch; its logit is the log ratio of
    both densities (equation 3). It learns in the same step: the networks see it frozen and it sees the codes frozen, so
    each has the gradient of its own loss alone. Its pace is its own, as in algorithm 2: along the schedule of the
    networks it falls behind codes that still move, and a larger gamma parts them no better. Only the limit on a
    gradient's length is one for both. The loss that is told is that of the networks.
    """

    has_prior = FactorVaeOptions.has_prior

    def __init__(self, options: FactorVaeOptions, likelihood: Likelihood) -> None:
        self.options = options
        self.likelihood = likelihood

    def companions(self, model: VAE) -> dict[str, nn.Module]:
        """Return the discriminator of the model's codes, the same at each call."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            layers: list[nn.Module] = []
            for width in [model.latent_dim] + [self.options.hidden] * (_LAYERS - 1):
                layers += [nn.Linear(width, self.options.hidden), nn.LeakyReLU(_SLOPE)]
            layers.append(nn.Linear(self.options.hidden, 1))
            rate = self.options.discriminator_rate
            return {"discriminator": Paced(*layers, pace=Pace(rate, _BETAS)) if rate else nn.Sequential(*layers)}

    def __call__(self, model: VAE, x: Tensor, generator: torch.Generator, progress: Share) -> Terms:
        """Return the terms of a batch x [N, C, H, W]."""
        sample = one_sample(model, self.likelihood, x, generator)
        z, reconstruction, kl = sample.z, sample.reconstruction, sample.kl
        judge = model.companions["discriminator"]
        frozen = {name: weight.detach() for name, weight in judge.named_parameters()}
        total_correlation = torch.func.functional_call(judge, frozen, (z,)).mean()
        cost = kl + self.options.gamma * total_correlation
        loss = reconstruction + kl_weight(1.0, self.options.warmup, progress) * cost
        if torch.is_grad_enabled():
            learning = _judged(judge, z.detach(), generator)
            loss = loss + (learning - learning.detach())  # its gradient, without its value
        return Terms(loss, reconstruction, kl)


def _judged(judge: nn.Module, z: Tensor, generator: torch.Generator) -> Tensor:
    """Return the discriminator's cross-entropy on codes z [N, D] and on mixed ones."""
    noise = torch.empty_like(z).uniform_(generator=generator)
    mixed = z.gather(0, noise.argsort(dim=0))  # every dimension in an order of its own
    real: Tensor = functional.softplus(-judge(z)).mean()
    return 0.5 * (real + functional.softplus(judge(mixed)).mean())
