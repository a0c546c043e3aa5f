"""An experiment on disk: what it tries, what became of each run, the runs themselves and the sheet."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vae_studio.errors import ExportError, RunError, UsageError
from vae_studio.export.comparison.outcome import Outcome
from vae_studio.files import refusal, write_bytes
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.store import PLAN, RUNS
from vae_studio.runs.variation import Trial

_FORMAT = 1


class ExperimentFolder:
    """A folder with a list of outcomes and a folder of runs."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.title = ""
        self.recipe = ""  # TOML, what all runs have in common
        self.trials: list[Trial] = []
        self.outcomes: dict[str, Outcome] = {}

    @classmethod
    def create_or_open(cls, path: Path) -> "ExperimentFolder":
        """Take a new or empty folder, which is not made yet, or go on with an experiment; raises RunError."""
        path = Path(path).expanduser().absolute()
        folder = cls(path)
        if (path / PLAN).is_file():
            folder._read()
        elif path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise RunError(
                f"{path} exists already and is not an experiment; choose a new folder, or the one of an experiment."
            )
        return folder

    @classmethod
    def open(cls, path: Path) -> "ExperimentFolder":
        """Open an experiment; raises RunError when there is none."""
        folder = cls(Path(path).expanduser().absolute())
        if not (folder.path / PLAN).is_file():
            raise RunError(f"{path} is not an experiment: it has no {PLAN}. Choose the folder that compare wrote.")
        folder._read()
        return folder

    def run_path(self, name: str) -> Path:
        """Return where a run lies."""
        return self.path / RUNS / name

    def plan(self, title: str, recipe: str, trials: Sequence[Trial]) -> None:
        """Note what is tried; runs of before stay in the list, after those that are asked for now.

        Raises ExportError when the folder cannot be written.
        """
        try:
            (self.path / RUNS).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ExportError(refusal(self.path, error)) from error
        self.title, self.recipe = title, recipe
        names = {trial.name for trial in trials}
        self.trials = [*trials, *(trial for trial in self.trials if trial.name not in names)]
        self._write()

    def note(self, outcome: Outcome) -> None:
        """Keep what became of a run; raises ExportError when the disk refuses."""
        self.outcomes[outcome.name] = outcome
        self._write()

    def forget_failed(self, trials: Sequence[Trial]) -> None:
        """Forget those of some runs that may end otherwise the next time; the list is written with the next plan."""
        names = {trial.name for trial in trials}
        known = self.outcomes.values()
        self.outcomes = {one.name: one for one in known if one.settled or one.name not in names}

    def in_order(self) -> tuple[Outcome, ...]:
        """Return what is known, in the order of the plan."""
        return tuple(self.outcomes[trial.name] for trial in self.trials if trial.name in self.outcomes)

    def _write(self) -> None:
        values = {
            "format": _FORMAT,
            "title": self.title,
            "recipe": self.recipe,
            "trials": [{"settings": dict(trial.settings), "seed": trial.seed} for trial in self.trials],
            "outcomes": [outcome.to_dict() for outcome in self.outcomes.values()],
        }
        write_bytes(self.path / PLAN, json.dumps(values, indent=1).encode())

    def _read(self) -> None:
        try:
            values: Any = json.loads((self.path / PLAN).read_bytes())
            if values["format"] != _FORMAT:
                raise RunError(f"{self.path} was written by another version of VAE Studio; update the program.")
            self.title, self.recipe = str(values["title"]), str(values["recipe"])
            recipe = Recipe.from_toml(self.recipe)
            self.trials = [Trial.of(recipe, one["settings"], one["seed"]) for one in values["trials"]]
            outcomes = [Outcome.from_dict(one) for one in values["outcomes"]]
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, UsageError) as error:
            raise RunError(f"The {PLAN} of {self.path} is damaged; restore it, or choose another folder.") from error
        self.outcomes = {outcome.name: outcome for outcome in outcomes}
