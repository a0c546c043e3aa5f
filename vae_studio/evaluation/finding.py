"""A condition that a run can be in, and what was found of it; needs no torch."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Condition(StrEnum):
    """The conditions a run can be in."""

    HEALTHY = "healthy"
    UNKNOWN = "too early to tell"
    DIVERGING = "diverging"
    NOT_LEARNED = "not learned"
    OVER_REGULARISED = "over-regularised"
    COLLAPSED = "collapsed"
    COLLAPSING = "collapsing"
    OVERFITTING = "overfitting"
    PRIOR_MISMATCH = "prior mismatch"


@dataclass(frozen=True)
class Finding:
    """One condition, a sentence on it, and the figures it rests on."""

    condition: Condition
    sentence: str
    evidence: tuple[tuple[str, str], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the finding by names."""
        return {"condition": str(self.condition), "sentence": self.sentence, "evidence": dict(self.evidence)}
