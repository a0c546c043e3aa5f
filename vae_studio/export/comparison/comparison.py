"""Runs of one experiment, grouped by what was varied."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from vae_studio.data.image_set import Pictures
from vae_studio.export.comparison.outcome import COLUMNS, Outcome, shown

Curve = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]  # epochs and nats, each [M]
_APART = ("data.", "likelihood.", "source", "greys", "size", "channels")  # keys that change what a nat means


@dataclass(frozen=True, eq=False)
class Exhibit:
    """What can be shown of one run besides its figures."""

    held_out: Curve
    training: Curve
    map: Pictures | None = None  # [S, S, 3]
    originals: Pictures | None = None  # [N, H, W, C]
    reconstructions: Pictures | None = None


@dataclass(frozen=True)
class Figure:
    """A mean over seeds, with its standard error where there are two or more."""

    mean: float
    error: float | None
    count: int


@dataclass(frozen=True)
class Group:
    """The runs of one setting."""

    settings: tuple[tuple[str, str], ...]  # key and value, as they are shown
    outcomes: tuple[Outcome, ...]

    @property
    def title(self) -> str:
        """What tells it from the other groups."""
        return ", ".join(f"{key.rpartition('.')[2]} {value}" for key, value in self.settings) or "as it is"

    def figure(self, key: str) -> Figure | None:
        """Return the mean of a figure over the finished runs; nothing where no run has it."""
        known = [outcome.figures.get(key) for outcome in self.outcomes if outcome.state == "finished"]
        values = np.array([value for value in known if value is not None], np.float64)
        if not len(values):
            return None
        error = float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else None
        return Figure(float(values.mean()), error, len(values))


@dataclass(frozen=True, eq=False)
class Comparison:
    """All that a sheet shows."""

    title: str
    outcomes: tuple[Outcome, ...]
    exhibits: Mapping[str, Exhibit] = field(default_factory=dict)  # by the runs' names
    recipe: str = ""  # TOML, what all runs have in common

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """What was varied."""
        return tuple(dict.fromkeys(key for outcome in self.outcomes for key in outcome.settings))

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The settings in the order of their first runs."""
        found: dict[tuple[tuple[str, str], ...], list[Outcome]] = {}
        for outcome in self.outcomes:
            settings = tuple((key, shown(value)) for key, value in outcome.settings.items())
            found.setdefault(settings, []).append(outcome)
        return tuple(Group(settings, tuple(outcomes)) for settings, outcomes in found.items())

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds, each once."""
        return tuple(dict.fromkeys(outcome.seed for outcome in self.outcomes))

    @property
    def comparable(self) -> bool:
        """Tell whether nats of these runs mean the same: the same pictures under the same likelihood."""
        return not any(key.startswith(_APART) for key in self.keys)

    def best(self, key: str) -> Group | None:
        """Return the group whose mean is lowest; nothing where they cannot be compared or there is but one."""
        rated = [(figure.mean, group) for group in self.groups if (figure := group.figure(key)) is not None]
        return min(rated, key=lambda pair: pair[0])[1] if self.comparable and len(rated) > 1 else None

    def shown_run(self, group: Group) -> Exhibit | None:
        """Return what stands for a group: its first run that has something to show."""
        return next((self.exhibits[one.name] for one in group.outcomes if one.name in self.exhibits), None)

    @cached_property
    def beta_key(self) -> str | None:
        """The key of the varied KL weight, if it is one."""
        return next((key for key in self.keys if key.rpartition(".")[2] == "beta"), None)

    def columns(self) -> list[str]:
        """Return the keys of the figures that any run has."""
        return [column.key for column in COLUMNS if any(group.figure(column.key) for group in self.groups)]
