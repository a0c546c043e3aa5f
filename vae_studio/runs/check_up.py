"""A check-up of a run: its symptoms measured, what is found, and the remedy."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vae_studio.data.image_set import labels_at
from vae_studio.data.progress import Progress, silent
from vae_studio.evaluation.explained import explained_share
from vae_studio.evaluation.symptoms import NO_CURVE, LossCurve, Symptoms, of_codes
from vae_studio.evaluation.verdict import Finding, findings
from vae_studio.latent.codes import Codes
from vae_studio.runs.pressure import kl_weight
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.remedies import Remedy, remedy_for
from vae_studio.runs.run import Run
from vae_studio.training.history import History

_PICTURES = 1000  # of each part; the shares do not change beyond


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


def check_up(run: Run, progress: Progress = silent) -> CheckUp:
    """Examine a run as it stands."""
    progress(0.0, "Encoding some pictures.")
    snapshot = run.snapshot()
    train, held_out = (_some(part) for part in (run.split.train, run.split.held_out))
    codes, shares = [], []
    mean = run.images.pictures[train].mean(axis=0)
    for done, part in enumerate((train, held_out), start=1):
        pictures = run.images.pictures[part]
        labels = labels_at(run.images, part)
        codes.append(snapshot.encode(pictures, labels=labels))
        known = np.isfinite(codes[-1].mu).all()
        shares.append(explained_share(pictures, snapshot.decode(codes[-1].mu, labels), mean) if known else None)
        progress(done / 2, "Drawing them again.")
    mu, log_var = (np.concatenate([getattr(part, name) for part in codes]) for name in ("mu", "log_var"))
    both = Codes(mu, log_var, snapshot.prior)
    symptoms = Symptoms(
        **known_of(run.recipe, len(run.split.train), run.stability.setbacks),
        **of_codes(both),
        curve=curve_of(run.history, run.recipe.objective.has_prior),
        explained_training=shares[0],
        explained=shares[1],
    )
    return CheckUp.of(symptoms, run.recipe)


def known_of(recipe: Recipe, pictures: int, setbacks: int) -> dict[str, Any]:
    """Return the symptoms that are known without looking at the model."""
    return {
        "epochs": recipe.training.epochs,
        "pictures": pictures,
        "has_prior": recipe.objective.has_prior,
        "standard_prior": recipe.objective.has_prior and recipe.objective.has_density and recipe.prior.kind == "normal",
        "learning_rate": recipe.training.learning_rate,
        "kl_weight": kl_weight(recipe),
        "setbacks": setbacks,
    }


def curve_of(history: History, has_prior: bool) -> LossCurve:
    """Return a history's losses after each epoch."""
    column = "total" if has_prior else "reconstruction"
    epochs, held_out = history.curve("held_out", column)
    _, training = history.curve("epoch", column)
    return LossCurve(epochs, training, held_out) if len(epochs) and len(training) == len(epochs) else NO_CURVE


def _some(indices: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return indices[np.unique(np.linspace(0, len(indices) - 1, min(len(indices), _PICTURES)).astype(np.int64))]
