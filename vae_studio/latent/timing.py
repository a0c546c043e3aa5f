"""The timing of a morph: how many frames, and where on the path each one lies."""

from typing import Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from vae_studio.catalogue import Options
from vae_studio.errors import UsageError

_Doubles = npt.NDArray[np.float64]


class Timing(Options):
    """When the walk along a path is where."""

    frames: int = Field(default=60, ge=2, le=10000, title="Frames", description="Frames in the whole film.")
    fps: int = Field(
        default=25, ge=1, le=50, title="Frames per second", description="A GIF rounds it to whole 1/100 s a frame."
    )
    easing: Literal["even", "smooth"] = Field(
        default="even", title="Easing", description="Even speed, or slowing down towards each stop."
    )
    hold: float = Field(
        default=0, ge=0, le=60, title="Hold", description="Seconds to rest at each stop, out of the film's own frames."
    )
    cycle: Literal["once", "loop", "ping-pong"] = Field(
        default="once",
        title="Cycle",
        description="Once through, back to the first stop in a perfect loop, or there and back.",
    )

    @property
    def closed(self) -> bool:
        """Whether the path has to return to its first stop."""
        return self.cycle == "loop"

    @property
    def delay_centiseconds(self) -> int:
        """How long a GIF shows each frame, in whole 1/100 s; browsers slow down anything below 2."""
        return max(2, round(100 / self.fps))

    @property
    def shown_fps(self) -> float:
        """The frame rate that a GIF really has."""
        return 100 / self.delay_centiseconds

    @property
    def seconds(self) -> float:
        """How long one round of the GIF really takes."""
        return self.frames * self.delay_centiseconds / 100

    def moments(self, stop_count: int) -> _Doubles:
        """Return the place on the path, t in [0, 1], of every frame; [frames].

        The path has `stop_count` stops and is closed when `closed` says so. Cyclic films end one step before their
        first frame, so that nothing is shown twice. Raises UsageError when there are fewer than two stops.
        """
        if stop_count < 2:
            raise UsageError("A morph needs at least two stops; add another one.")
        segments = stop_count if self.closed else stop_count - 1
        times, places = self._visits(segments)
        place = np.interp(np.arange(self.frames), times, places)
        if self.easing == "smooth":
            whole = np.floor(place)
            part = place - whole
            place = whole + part * part * (3 - 2 * part)
        return place / segments

    def _visits(self, segments: int) -> tuple[_Doubles, _Doubles]:
        """Return when, in frames, which stop is reached and left again."""
        there = np.arange(segments + 1.0)
        stops = np.concatenate([there, there[-2::-1]]) if self.cycle == "ping-pong" else there
        legs = len(stops) - 1
        once = self.cycle == "once"
        steps = self.frames - 1 if once else self.frames
        held = len(stops) if once else legs  # coming back to the start is the first visit of the next round
        # One frame shows a stop anyway; and each leg keeps at least one step, however long the rest.
        rest = max(0, min(round(self.hold * self.shown_fps) - 1, (steps - legs) // held))
        if rest:
            reached = np.round(np.arange(len(stops)) * ((steps - rest * held) / legs + rest))
            return np.stack([reached, reached + rest], axis=1).ravel(), stops.repeat(2)
        if (
            self.cycle == "ping-pong"
        ):  # turn on a whole frame, else the last stop would be missed and its neighbour doubled
            turn = self.frames // 2
            back = np.linspace(turn, self.frames, segments + 1)
            return np.concatenate([np.linspace(0, turn, segments + 1), back[1:]]), stops
        return np.linspace(0, steps, len(stops)), stops
