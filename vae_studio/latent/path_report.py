"""The numbers beside a path: how long it is in pictures, how even its steps are, and where it leaves the data."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vae_studio.data.progress import Progress, silent
from vae_studio.latent.codes import Floats
from vae_studio.latent.pace import Draw, picture_steps


@dataclass(frozen=True)
class PathReport:
    """What a film's frames say about its path."""

    length: float  # sum of the L2 distances between neighbouring pictures in [0, 1]
    unevenness: float  # standard deviation of the steps over their mean; 0 is perfectly even
    largest_step: float  # over the mean step: a jump shows here
    least_support: float | None  # percentile of the loneliest frame; None where nothing is known of the data
    loneliest_frame: int | None
    frames: int

    @classmethod
    def of(
        cls,
        codes: Floats,
        draw: Draw,
        support: npt.ArrayLike | None = None,
        cyclic: bool = False,
        progress: Progress = silent,
    ) -> "PathReport":
        """Measure the frames at codes [F, D], where `support` [F] is the percentile of each.

        A cyclic film also steps from its last frame to its first. Frames that rest at a stop take no step and do not
        count as uneven.
        """
        codes = np.asarray(codes, np.float32)
        walked = np.concatenate([codes, codes[:1]]) if cyclic else codes
        moving = (np.diff(walked, axis=0) != 0).any(axis=1)
        steps = picture_steps(walked, draw, progress)[moving]
        mean = float(steps.mean()) if len(steps) else 0.0
        lonely = _lowest(support)
        return cls(
            float(steps.sum()),
            float(steps.std() / mean) if mean > 0 else 0.0,
            float(steps.max() / mean) if mean > 0 else 0.0,
            None if lonely is None else lonely[1],
            None if lonely is None else lonely[0],
            len(codes),
        )

    def sentence(self) -> str:
        """Return the numbers in words."""
        even = f"steps vary by {self.unevenness:.0%}"
        text = f"{self.length:.3g} long in pictures, {even}"
        if self.least_support is None:
            return f"{text}."
        return f"{text}; least support {self.least_support:.0f} of 100 at frame {(self.loneliest_frame or 0) + 1}."


def _lowest(support: npt.ArrayLike | None) -> tuple[int, float] | None:
    values = np.asarray([] if support is None else support, np.float64).ravel()
    if not np.isfinite(values).any():
        return None
    frame = int(np.nanargmin(values))
    return frame, float(values[frame])
