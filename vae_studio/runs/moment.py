"""A moment of a training that was kept: when it was, what was lost, and what can be seen of it."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from vae_studio.errors import RunError
from vae_studio.training.events import Losses

INDEX, PROBE = "moments", "probe"  # roles of the files that all moments share


@dataclass(frozen=True)
class Moment:
    """Where the training stood, and the losses last measured by then, per picture in nats."""

    epoch: float  # epochs done, with a fraction
    step: int
    seconds: float  # spent training by then
    training: Losses | None  # mean over the last steps or the last epoch
    held_out: Losses | None  # none before the end of the first epoch
    has_weights: bool  # whether its own weights are kept, or only a map
    has_codes: bool  # whether the codes are kept; if not, they follow from the weights and the pictures

    @property
    def weights_role(self) -> str:
        """The role of the file with its weights."""
        return f"moment-{self.step:09}"

    @property
    def codes_role(self) -> str:
        """The role of the file with its codes."""
        return f"map-{self.step:09}"

    @property
    def roles(self) -> list[str]:
        """The roles of all its files."""
        kept = ((self.weights_role, self.has_weights), (self.codes_role, self.has_codes))
        return [role for role, there in kept if there]


def is_history(role: str) -> bool:
    """Tell whether a file of this role belongs to the moments."""
    return role in (INDEX, PROBE) or role.startswith(("moment-", "map-"))


def index_bytes(moments: Sequence[Moment]) -> bytes:
    """Return the list of moments as JSON; its floats come back exactly."""
    return json.dumps([asdict(moment) for moment in moments]).encode()


def read_index(content: bytes) -> list[Moment]:
    """Return what `index_bytes` wrote; raises RunError when it is something else."""
    try:
        moments = [_moment(**row) for row in json.loads(content)]
        if any(after.step <= before.step for before, after in pairwise(moments)):
            raise ValueError("not in order")
        return moments
    except (ValueError, OverflowError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise RunError("The list of the run's moments cannot be read; train on, and new ones are kept.") from error


def _moment(step: object, has_weights: object, has_codes: object, **at: Any) -> Moment:
    if type(step) is not int or not 0 <= step < 10**9:  # as many digits as a role has
        raise ValueError(step)
    training, held_out = (_losses(at.pop(name)) for name in ("training", "held_out"))
    epoch, seconds = (float(at.pop(name)) for name in ("epoch", "seconds"))
    if not (0 <= epoch < math.inf and 0 <= seconds < math.inf):
        raise ValueError("not a place in a training")
    return Moment(epoch, step, seconds, training, held_out, has_weights is True, has_codes is True, **at)


def _losses(values: dict[str, float] | None) -> Losses | None:
    return None if values is None else Losses(**{name: float(value) for name, value in values.items()})
