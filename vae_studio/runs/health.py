"""The health of a run: its symptoms, what is found, and what helps; needs no torch."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vae_studio.evaluation.finding import Finding
from vae_studio.evaluation.symptoms import NO_CURVE, LossCurve, Symptoms, of_codes
from vae_studio.evaluation.verdict import findings
from vae_studio.latent.codes import Codes
from vae_studio.models.catalogue import MemoriserOptions
from vae_studio.runs.pressure import kl_weight
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.remedies import Remedy, remedy_for
from vae_studio.training.history import History

Curves = Mapping[tuple[str, str], tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]  # (part, term): epochs, nats
_NOTHING = np.zeros(0), np.zeros(0)


@dataclass(frozen=True, eq=False)
class CheckUp:
    """What was found on a run, the gravest first, and what helps against that."""

    symptoms: Symptoms
    findings: tuple[Finding, ...]
    remedy: Remedy | None

    @property
    def finding(self) -> Finding:
        """The gravest."""
        return self.findings[0]

    @classmethod
    def of(cls, symptoms: Symptoms, recipe: Recipe) -> "CheckUp":
        """Judge the symptoms of a run with a recipe."""
        found = findings(symptoms)
        return cls(symptoms, found, remedy_for(found[0], symptoms, recipe))

    def to_dict(self) -> dict[str, Any]:
        """Return the check-up by names."""
        remedy = None if self.remedy is None else {"values": self.remedy.values, "sentence": self.remedy.sentence}
        others = [finding.to_dict() for finding in self.findings[1:]]
        return {**self.finding.to_dict(), "others": others, "remedy": remedy}


def seen_so_far(recipe: Recipe, pictures: int, setbacks: int, codes: Codes, curves: Curves) -> CheckUp:
    """Judge what the window sees of a run: the codes of some pictures, and the curves by part and term."""
    known = known_of(recipe, pictures, setbacks, codes.dim)
    symptoms = Symptoms(**known, **of_codes(codes), curve=live_curve(curves, learns_bound(recipe)))
    return CheckUp.of(symptoms, recipe)


def known_of(recipe: Recipe, pictures: int, setbacks: int, length: int) -> dict[str, Any]:
    """Return the symptoms that are known without looking at the model but for the length of its codes."""
    dense, objective = learns_bound(recipe), recipe.objective
    gaussian = objective.has_density and objective.has_samples and recipe.prior.kind == "normal"
    return {
        "epochs": recipe.training.epochs,
        "pictures": pictures,
        "has_prior": dense,
        "standard_prior": gaussian,
        "memoriser": recipe.network.codes if isinstance(recipe.network, MemoriserOptions) else "",
        "has_labels": recipe.network.condition == "label",
        "learning_rate": recipe.training.learning_rate,
        "kl_weight": kl_weight(recipe, length),
        "setbacks": setbacks,
    }


def learns_bound(recipe: Recipe) -> bool:
    """Tell whether the networks learn from the bound; with a code book they do not see what their codes cost."""
    return recipe.objective.has_prior and recipe.objective.has_density


def curve_of(history: History, has_prior: bool) -> LossCurve:
    """Return a history's losses after each epoch."""
    column = "total" if has_prior else "reconstruction"
    epochs, held_out = history.curve("held_out", column)
    _, training = history.curve("epoch", column)
    return LossCurve(epochs, training, held_out) if len(epochs) and len(training) == len(epochs) else NO_CURVE


def live_curve(curves: Curves, has_prior: bool) -> LossCurve:
    """Return the same from the curves that the window draws, by part and term."""
    term = "total" if has_prior else "reconstruction"
    (epochs, held_out), (_, training) = curves.get(("held_out", term), _NOTHING), curves.get(("epoch", term), _NOTHING)
    return LossCurve(epochs, training, held_out) if len(epochs) and len(training) == len(epochs) else NO_CURVE
