"""What became of one run of an experiment, in figures."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from vae_studio.errors import RunError

State = Literal["finished", "diverged", "failed"]


@dataclass(frozen=True)
class Column:
    """A figure that is compared."""

    key: str
    title: str
    decimals: int


COLUMNS = (
    Column("negative_elbo", "negative ELBO", 2),
    Column("reconstruction", "reconstruction", 2),
    Column("kl", "KL", 2),
    Column("nll", "NLL", 2),
    Column("active_units", "active units", 1),
    Column("seconds", "seconds", 1),
)


@dataclass(frozen=True)
class Outcome:
    """One run: what was varied, how it ended, and its figures on held-out pictures."""

    name: str
    settings: Mapping[str, Any]  # what was varied, as it was given
    seed: int
    state: State
    sentence: str = ""  # why, where it did not finish
    figures: Mapping[str, float | None] = field(default_factory=dict)  # by the columns' keys

    @property
    def settled(self) -> bool:
        """Tell whether another try would end the same; what failed, for want of memory say, may not."""
        return self.state != "failed"

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return asdict(self) | {"settings": dict(self.settings), "figures": dict(self.figures)}

    @classmethod
    def from_dict(cls, values: Any) -> "Outcome":
        """Read what `to_dict` gave; raises RunError when it is something else."""
        try:
            outcome = cls(**values)
            sound = (
                isinstance(outcome.name, str)
                and isinstance(outcome.settings, dict)
                and isinstance(outcome.seed, int)
                and isinstance(outcome.figures, dict)
                and outcome.state in ("finished", "diverged", "failed")
                and all(value is None or isinstance(value, int | float) for value in outcome.figures.values())
            )
        except TypeError:
            sound = False
        if not sound:
            raise RunError("The list of the experiment's runs is damaged; choose another folder.")
        return outcome


def shown(value: object) -> str:
    """Return a value of a recipe as people write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(shown(item) for item in value) + "]"
    return f"{value:g}" if isinstance(value, float) else str(value)
