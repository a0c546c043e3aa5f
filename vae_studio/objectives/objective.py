"""What every objective can do, and the terms it is made of."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor, nn

from vae_studio.models.vae import VAE
from vae_studio.objectives.catalogue import LIKELIHOODS, OBJECTIVES
from vae_studio.objectives.likelihood import Likelihood
from vae_studio.objectives.likelihood_options import LikelihoodOptions
from vae_studio.objectives.objective_options import ObjectiveOptions
from vae_studio.objectives.schedule import Share


@dataclass(frozen=True)
class Terms:
    """One batch's losses: sums over pixels and dimensions, means over the batch, in nats."""

    loss: Tensor  # [], what is minimised
    reconstruction: Tensor  # []
    kl: Tensor  # [], unweighted


class Objective(Protocol):
    """What training minimises."""

    likelihood: Likelihood
    has_prior: bool  # whether negative ELBO and KL mean anything

    def __call__(self, model: VAE, x: Tensor, generator: torch.Generator, progress: Share) -> Terms:
        """Return the terms of a batch x [N, C, H, W] in [0, 1], at `progress` in [0, 1] of the training.

        On CUDA steps are recorded and repeated: what depends on progress is computed with it, not branched on. Where
        another part of the training takes other computations, see `Staged`.
        """
        ...


@runtime_checkable
class Learning(Protocol):
    """An objective with modules of its own that learn, like a discriminator."""

    def companions(self, model: VAE) -> dict[str, nn.Module]:
        """Return the modules, freshly made; the objective finds them in `model.companions` under their names."""
        ...


@runtime_checkable
class Staged(Protocol):
    """An objective that computes something else in another part of the training, like one whose discriminator waits."""

    def stage(self, progress: float) -> Objective:
        """Return what is minimised at `progress` in [0, 1]: one object as long as the same is computed."""
        ...


@runtime_checkable
class PerPicture(Protocol):
    """An objective whose loss of a batch is the mean of what its pictures cost, each by itself.

    Its steps may be written down once and repeated: it remembers nothing from one call to the next, draws from the
    generator alone, and what depends on progress is computed with it.
    """

    per_picture: bool  # whether that is so with its options


def is_per_picture(objective: Objective) -> bool:
    """Tell whether a batch's gradient is the sum of those of its parts; nothing is known of the batch as a whole."""
    fitted = isinstance(objective.likelihood, nn.Module) and list(objective.likelihood.buffers())
    return isinstance(objective, PerPicture) and objective.per_picture and not fitted


def stage_at(objective: Objective, progress: float) -> Objective:
    """Return what an objective minimises at `progress` in [0, 1] of the training; mostly itself."""
    return objective.stage(progress) if isinstance(objective, Staged) else objective


def build_objective(objective: ObjectiveOptions, likelihood: LikelihoodOptions) -> Objective:
    """Build the chosen objective with the chosen likelihood."""
    built: Objective = OBJECTIVES[objective.kind].load()(objective, LIKELIHOODS[likelihood.kind].load()(likelihood))
    return built


def attach(model: VAE, objective: Objective) -> None:
    """Let what an objective learns beside the networks be trained, moved and saved with them.

    To be called before weights are loaded or an optimiser is made.
    """
    if isinstance(objective, Learning):
        model.companions.update(objective.companions(model))
    if isinstance(objective.likelihood, nn.Module):
        model.companions["likelihood"] = objective.likelihood
