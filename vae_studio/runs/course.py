"""The course of a training: what a recipe alone does not tell of how a run came about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vae_studio.plural import counted

_GOALS, _SETBACKS = "goals", "setbacks"  # as the facts of a run have them


@dataclass(frozen=True)
class Goal:
    """How many epochs were asked for in all, and at which epoch that was."""

    at: float
    epochs: int


@dataclass(frozen=True)
class Course:
    """The goals of a run in their order, none where it had one alone, and how often it broke."""

    goals: tuple[Goal, ...] = ()
    setbacks: int = 0

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> "Course":
        """Read the course from a run's facts; what cannot be read there is left out."""
        told, setbacks = facts.get(_GOALS), facts.get(_SETBACKS)
        goals = []
        for row in told if isinstance(told, list) else ():
            match row:
                case [int() | float() as at, int(epochs)]:
                    goals.append(Goal(float(at), epochs))
        return cls(tuple(goals), setbacks if isinstance(setbacks, int) else 0)

    def extended(self, before: int, at: float, epochs: int) -> "Course":
        """Return the course of a run that was to have `before` epochs and at an epoch is told to have `epochs`."""
        goals = self.goals or (Goal(0, before),)
        if epochs == goals[-1].epochs:
            return self
        goals = (*(goal for goal in goals if goal.at < at), Goal(at, epochs))  # others were never set out for
        return Course(goals if len(goals) > 1 else (), self.setbacks)

    def facts(self) -> dict[str, object]:
        """Return what the run's manifest keeps of its goals."""
        return {_GOALS: [[goal.at, goal.epochs] for goal in self.goals]} if self.goals else {}

    def remark(self) -> str:
        """Say why training by the run's recipe makes another run, and what makes the same; nothing where it does."""
        return " ".join(self._sentences())

    def comment(self) -> str:
        """Return the remark as comments above a recipe in TOML."""
        return "".join(f"# {sentence}\n" for sentence in self._sentences())

    def _sentences(self) -> list[str]:
        sentences = []
        if self.goals:
            first, *later = self.goals
            parts = "".join(f", {_where(goal, before)} to {goal.epochs}" for before, goal in self._steps())
            sentences += [
                f"This run was trained in {len(self.goals)} parts: to {counted(first.epochs, 'epoch')}{parts}.",
                f"Its recipe trains {counted(later[-1].epochs, 'epoch')} in one go, which makes another run.",
            ]
            if not self.setbacks and all(goal.at == before.epochs for before, goal in self._steps()):
                resumed = ", then ".join(f"vae-studio resume RUN --epochs {goal.epochs}" for goal in later)
                sentences.append(f"The same run again: train with --epochs {first.epochs}, then {resumed}.")
        if self.setbacks:
            times = "once" if self.setbacks == 1 else f"{self.setbacks} times"
            sentences.append(
                f"The training broke {times} and went on from a saved state with half the step size; "
                "its recipe has the last step size from the start on."
            )
        return sentences

    def _steps(self) -> list[tuple[Goal, Goal]]:
        return list(zip(self.goals, self.goals[1:], strict=False))


def _where(goal: Goal, before: Goal) -> str:
    return "then" if goal.at == before.epochs else f"from epoch {goal.at:.4g} on"
