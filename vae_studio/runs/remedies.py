"""What helps against each condition: values of the recipe to change before the next run."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vae_studio.evaluation.finding import Condition, Finding
from vae_studio.evaluation.symptoms import LossCurve, Symptoms
from vae_studio.models.catalogue import MemoriserOptions
from vae_studio.objectives.vq_vae_options import VqVaeOptions
from vae_studio.runs.pressure import relieved, tightened
from vae_studio.runs.recipe import Recipe
from vae_studio.training.options import DEEP, DEEP_RATE, USUAL_RATE

_USUAL_DECAY, _MORE_DECAY = 1e-4, 1e-2
_WARMUP = 0.5
_FEWEST_EPOCHS = 5
_BY_HEART_EPOCHS = 200  # in which a memoriser learns its few pictures
_MOST_EPOCHS = 100_000


@dataclass(frozen=True)
class Remedy:
    """Changes to a recipe, and the sentence that offers them."""

    values: dict[str, Any]
    sentence: str
    short: str  # the first change and how many more, for a button

    def applied_to(self, recipe: Recipe) -> Recipe:
        """Return the recipe of the next run."""
        return recipe.with_values(self.values)


def remedy_for(finding: Finding, symptoms: Symptoms, recipe: Recipe) -> Remedy | None:
    """Return what to change in a run's recipe against a finding, or nothing where nothing is wrong or helps."""
    if finding.condition is Condition.OVERFITTING:
        wanted = _against_memory(recipe, symptoms.curve)
    else:
        find = _REMEDIES.get(finding.condition)
        wanted = {} if find is None else find(recipe, symptoms.latent_dim)
    values = _changes(wanted, recipe)
    if not values:
        return None
    shown = {key: (_shown(key, _value(recipe, key)), _shown(key, value)) for key, value in values.items()}
    listed = ", ".join(f"{key} {before} → {after}" for key, (before, after) in shown.items())
    (key, (_, after)), more = next(iter(shown.items())), len(values) - 1
    short = f"{key.partition('.')[2].replace('_', ' ')} {after}" + (f" and {more} more" if more else "")
    return Remedy(values, f"Train anew with {listed}.", short)


def _against_collapse(recipe: Recipe, length: int) -> dict[str, Any]:
    """Return gentler pressure, a slower rise of it, usual steps, and more time."""
    if isinstance(recipe.network, MemoriserOptions):
        return _towards_memory(recipe, length)
    values = relieved(recipe, length) | _usual_steps(recipe)
    if isinstance(recipe.objective, VqVaeOptions):
        values |= {"objective.restart": True, "objective.update": "ema"}
    if hasattr(recipe.objective, "warmup"):
        values["objective.warmup"] = max(recipe.objective.warmup, _WARMUP)
    if hasattr(recipe.objective, "annealing"):
        values["objective.annealing"] = "linear"
    values["training.weight_decay"] = min(recipe.training.weight_decay, _USUAL_DECAY)
    if not {key: value for key, value in _changes(values, recipe).items() if key != "objective.warmup"}:
        values["training.epochs"] = min(2 * recipe.training.epochs, _MOST_EPOCHS)  # nothing presses: it needs time
    return values


def _towards_memory(recipe: Recipe, length: int) -> dict[str, Any]:  # noqa: ARG001  as the others
    """Return what lets pictures be learned that are not: codes that tell them apart, or usual steps and more time."""
    wanted = 2 * recipe.training.epochs
    if isinstance(recipe.network, MemoriserOptions):
        wanted = max(wanted, _BY_HEART_EPOCHS)
        if recipe.network.codes == "constant" and recipe.network.pictures > 1:
            return {"network.codes": "one-hot", "training.epochs": max(recipe.training.epochs, _BY_HEART_EPOCHS)}
    if recipe.training.optimiser == "muon" and recipe.network.kind == "residual":
        return {"training.epochs": min(wanted, _MOST_EPOCHS), "training.learning_rate": 0.0}  # which suits the length
    rate = recipe.training.learning_rate
    usual = max(rate, DEEP_RATE if recipe.network.kind in DEEP else USUAL_RATE)
    return {"training.epochs": min(wanted, _MOST_EPOCHS), "training.learning_rate": usual}


def _against_divergence(recipe: Recipe, length: int) -> dict[str, Any]:  # noqa: ARG001  as the others
    rate = recipe.training.learning_rate
    values = _usual_steps(recipe)
    if values["training.learning_rate"] == rate:  # usual steps have broken as well
        values["training.learning_rate"] = rate / 10
    if recipe.training.clipping == 0:
        values["training.clipping"] = 1.0
    return values


def _against_memory(recipe: Recipe, curve: LossCurve) -> dict[str, Any]:
    """Return an end where the held-out pictures were best, and a pull on the weights."""
    best = round(float(curve.epochs[curve.best])) if len(curve.epochs) else recipe.training.epochs
    values: dict[str, Any] = {"training.epochs": min(max(best, _FEWEST_EPOCHS), recipe.training.epochs)}
    if recipe.training.optimiser != "adam":
        values["training.weight_decay"] = max(recipe.training.weight_decay, _MORE_DECAY)
    return values


def _against_mismatch(recipe: Recipe, length: int) -> dict[str, Any]:
    values = tightened(recipe, length)
    return values if _changes(values, recipe) else {"training.epochs": min(2 * recipe.training.epochs, _MOST_EPOCHS)}


def _usual_steps(recipe: Recipe) -> dict[str, Any]:
    usual = DEEP_RATE if recipe.network.kind in DEEP else USUAL_RATE
    return {
        "training.learning_rate": min(recipe.training.learning_rate, usual),
        "training.schedule": "one-cycle" if recipe.training.learning_rate > usual else recipe.training.schedule,
    }


def _changes(values: dict[str, Any], recipe: Recipe) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value != _value(recipe, key)}


def _value(recipe: Recipe, key: str) -> Any:
    section, _, name = key.partition(".")
    return getattr(getattr(recipe, section), name, None)


def _shown(key: str, value: Any) -> str:
    if key == "training.learning_rate" and value == 0:
        return "automatic"
    return f"{value:g}" if isinstance(value, float) else str(value)


_REMEDIES: dict[Condition, Callable[[Recipe, int], dict[str, Any]]] = {
    Condition.OVER_REGULARISED: relieved,
    Condition.COLLAPSED: _against_collapse,
    Condition.COLLAPSING: _against_collapse,
    Condition.DIVERGING: _against_divergence,
    Condition.NOT_LEARNED: _towards_memory,
    Condition.PRIOR_MISMATCH: _against_mismatch,
}
