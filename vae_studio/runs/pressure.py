"""What presses on a code of `length` numbers in a recipe, and how it is set to what the bound itself would have."""

from typing import Any

from vae_studio.objectives.objective_options import (
    BetaTcVaeOptions,
    CapacityOptions,
    FactorVaeOptions,
    InfoVaeOptions,
    WaeOptions,
    WeightedKlOptions,
)
from vae_studio.runs.recipe import Recipe

_NATS_PER_DIM = 1.0  # a capacity that most pictures make use of
_MOST_NATS = 1000.0  # that a recipe can ask for
_USUAL_MMD = 10.0


def kl_weight(recipe: Recipe, length: int) -> float | None:
    """Return how many nats of reconstruction a nat of information costs in the end, or nothing where that is not known.

    1 is the ELBO's own price.
    """
    objective = recipe.objective
    if isinstance(objective, WeightedKlOptions):
        return objective.beta
    if isinstance(objective, BetaTcVaeOptions):
        return max(objective.mi_weight, objective.dim_weight)
    if isinstance(objective, CapacityOptions):  # above C the KL costs γ
        return objective.gamma if objective.capacity < length / 2 else 1.0
    if isinstance(objective, InfoVaeOptions):
        return objective.mmd_weight / _USUAL_MMD
    return 1.0 if objective.has_prior and objective.has_density else None


def relieved(recipe: Recipe, length: int) -> dict[str, Any]:
    """Return values under which the code is pressed no more than by the ELBO."""
    objective = recipe.objective
    if isinstance(objective, WeightedKlOptions):
        return {"objective.beta": min(objective.beta, 1.0)}
    if isinstance(objective, BetaTcVaeOptions):
        return {
            "objective.mi_weight": min(objective.mi_weight, 1.0),
            "objective.dim_weight": min(objective.dim_weight, 1.0),
        }
    if isinstance(objective, CapacityOptions):
        return {"objective.capacity": max(objective.capacity, min(_NATS_PER_DIM * length, _MOST_NATS))}
    if isinstance(objective, InfoVaeOptions):
        return {"objective.mmd_weight": min(objective.mmd_weight, _USUAL_MMD)}
    if isinstance(objective, FactorVaeOptions):
        return {"objective.gamma": min(objective.gamma, FactorVaeOptions().gamma)}
    return {}


def tightened(recipe: Recipe, length: int) -> dict[str, Any]:
    """Return values under which the codes as a whole are held to the prior at least as by the ELBO."""
    objective = recipe.objective
    if isinstance(objective, WeightedKlOptions):
        return {"objective.beta": max(objective.beta, 1.0), "objective.free_bits": 0.0}
    if isinstance(objective, BetaTcVaeOptions):
        return {
            "objective.tc_weight": max(objective.tc_weight, 1.0),
            "objective.dim_weight": max(objective.dim_weight, 1.0),
        }
    if isinstance(objective, CapacityOptions):
        return {"objective.capacity": min(objective.capacity, _NATS_PER_DIM * length)}
    if isinstance(objective, InfoVaeOptions | WaeOptions):
        return {"objective.mmd_weight": 10 * objective.mmd_weight}
    return {}
