"""The timing of a morph: how many frames, and where on the path each one lies."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from vae_studio.catalogue import Options
from vae_studio.errors import UsageError
from vae_studio.latent.key_frame import MOST_FRAMES, KeyFrame, Visits

_Doubles = npt.NDArray[np.float64]


class Timing(Options):
    """When the walk along a path is where."""

    frames: int = Field(default=60, ge=2, le=MOST_FRAMES, title="Frames", description="Frames in the whole film.")
    fps: int = Field(
        default=25, ge=1, le=50, title="Frames per second", description="A GIF rounds it to whole 1/100 s a frame."
    )
    easing: Literal["even", "smooth"] = Field(
        default="even", title="Easing", description="Even speed, or slowing down towards each stop."
    )
    pace: Literal["codes", "pictures"] = Field(
        default="codes",
        title="Speed",
        description="Even steps in the codes, or in the pictures: then each frame differs equally from the last.",
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

    def rests(self, keys: Sequence[KeyFrame] = ()) -> bool:
        """Tell whether a film rests at a stop, or a way has a time of its own."""
        held = [self.hold if key.hold is None else key.hold for key in keys] or [self.hold]
        return any(held) or any(key.travel is not None for key in keys)

    def frame_count(self, stop_count: int, keys: Sequence[KeyFrame] = (), fps: float | None = None) -> int:
        """Return how many frames the film has: `frames`, or what follows where each way has its own travel time."""
        return self._visits(stop_count, keys, fps)[1].frames(self.frames)

    def shortens_rests(self, stop_count: int, keys: Sequence[KeyFrame] = (), fps: float | None = None) -> bool:
        """Tell whether the film has too few frames to rest as long as was asked for; raises UsageError as `moments`."""
        visits = self._visits(stop_count, keys, fps)[1]
        return bool((visits.fitted(visits.frames(self.frames)).rests < visits.rests).any())

    def moments(self, stop_count: int, keys: Sequence[KeyFrame] = (), fps: float | None = None) -> _Doubles:
        """Return the place on the path, t in [0, 1], of every frame; [F].

        The path has `stop_count` stops and is closed when `closed` says so; `keys` holds the times of each stop, where
        they have any. Cyclic films end one step before their first frame, so that nothing is shown twice. `fps` is the
        rate at which the frames will really be shown, that of a GIF unless given. Raises UsageError when there are
        fewer than two stops, or they do not fit into the film.
        """
        order, visits = self._visits(stop_count, keys, fps)
        frames = visits.frames(self.frames)
        segments = stop_count if self.closed else stop_count - 1
        visits = visits.fitted(frames)
        if visits.timed:
            reached, left = visits.times(frames)
            times, places = np.stack([reached, left], axis=1).ravel(), order.repeat(2)
        else:
            times, places = self._even_times(frames, segments), order
        place = np.interp(np.arange(frames), times, places)
        if self.easing == "smooth":
            whole = np.floor(place)
            part = place - whole
            place = whole + part * part * (3 - 2 * part)
        return place / segments

    def _visits(
        self, stop_count: int, keys: Sequence[KeyFrame], fps: float | None
    ) -> tuple[npt.NDArray[np.int64], Visits]:
        """Return the places of the path that are visited, in whole segments, and when."""
        if stop_count < 2:
            raise UsageError("A morph needs at least two stops; add another one.")
        if len(keys) not in (0, stop_count):
            raise UsageError(f"There are {stop_count} stops but times for {len(keys)}; give each stop its own.")
        order = np.arange(stop_count + self.closed)
        if self.cycle == "ping-pong":
            order = np.concatenate([order, order[-2::-1]])
        times = keys or [KeyFrame()] * stop_count
        rate = fps or self.shown_fps
        return order, Visits.of(times, self.hold, order, rate, self.cycle == "once")

    def _even_times(self, frames: int, segments: int) -> _Doubles:
        """Return when, in frames, each stop is passed where none is rested at."""
        if self.cycle != "ping-pong":
            return np.linspace(0, frames - (self.cycle == "once"), segments + 1)
        turn = frames // 2  # a whole frame, else the last stop would be missed and its neighbour doubled
        return np.concatenate([np.linspace(0, turn, segments + 1), np.linspace(turn, frames, segments + 1)[1:]])
