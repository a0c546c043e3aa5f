"""A stop of a film as a key frame: how long it is looked at, and how long the way to the next one takes."""

import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from pydantic import Field

from vae_studio.catalogue import Options
from vae_studio.errors import UsageError

MOST_FRAMES = 10_000
_Doubles = npt.NDArray[np.float64]


class KeyFrame(Options):
    """The times of one stop; what is None is as in the rest of the film."""

    hold: float | None = Field(default=None, ge=0, le=600, title="Hold", description="Seconds to rest at this stop.")
    travel: float | None = Field(
        default=None, gt=0, le=600, title="Travel", description="Seconds from this stop to the next one."
    )


@dataclass(frozen=True, eq=False)
class Visits:
    """The stops in the order in which a film comes to them, with rests and ways in frames."""

    rests: _Doubles  # [V], beyond the one frame that shows a stop anyway
    ways: _Doubles  # [V - 1]; nan: an even share of the frames that are left
    once: bool  # a film that goes round has its last visit in common with the next round

    @classmethod
    def of(
        cls, keys: Sequence[KeyFrame], hold: float, order: npt.NDArray[np.int64], fps: float, once: bool
    ) -> "Visits":
        """Return the visits of a film of `fps` frames a second that comes to the places `order` [V] of a path.

        Places count whole segments; on a closed path the last is the first stop again.
        """
        held = [hold if key.hold is None else key.hold for key in keys]
        rests = np.array([max(0, round(held[place % len(keys)] * fps) - 1) for place in order], np.float64)
        rests[-1] *= once
        # There and back, a way belongs to the stop it starts from on the way there.
        travels = [keys[place].travel for place in np.minimum(order[:-1], order[1:])]
        ways = np.array([np.nan if travel is None else max(1, round(travel * fps)) for travel in travels], np.float64)
        return cls(rests, ways, once)

    @property
    def timed(self) -> bool:
        """Whether any rest or way has a time of its own."""
        return bool(self.rests.any() or not np.isnan(self.ways).all())

    def frames(self, wanted: int) -> int:
        """Return how many frames the film has: as many as wanted, unless every way has a time of its own.

        Raises UsageError when these are too many.
        """
        if np.isnan(self.ways).any():
            return wanted
        count = int(self.rests.sum() + self.ways.sum()) + self.once
        if count > MOST_FRAMES:
            raise UsageError(f"These holds and travels make {count:,} frames, more than {MOST_FRAMES:,}; shorten them.")
        return count

    def fitted(self, frames: int) -> "Visits":
        """Return the visits with the longest rests shortened until a film of so many frames holds them.

        Each free way keeps at least one step. Raises UsageError when the ways alone do not fit.
        """
        free = np.isnan(self.ways)
        room = frames - self.once - int(np.where(free, 1, self.ways).sum())
        if room < 0 and not free.all():
            raise UsageError(
                f"The ways between the stops take at least {frames - room} frames, but the film has {frames}; "
                "ask for more frames or shorter travels."
            )
        longest = range(int(self.rests.max()) + 1)
        cap = bisect.bisect_right(longest, max(0, room), key=lambda most: np.minimum(self.rests, most).sum()) - 1
        return replace(self, rests=np.minimum(self.rests, cap))

    def times(self, frames: int) -> tuple[_Doubles, _Doubles]:
        """Return the frames at which each stop is reached and left, [V] both."""
        free = np.isnan(self.ways)
        fixed = np.where(free, 0, self.ways)
        share = (frames - self.once - self.rests.sum() - fixed.sum()) / max(1, int(free.sum()))
        whole = np.concatenate([[0], np.cumsum(self.rests[:-1] + fixed)])
        # Halves go up: to the even number they would let two stops share a frame.
        reached = np.floor(np.concatenate([[0], np.cumsum(free)]) * share + whole + 0.5)
        return reached, reached + self.rests
