"""A reel: the frames of a film as they come, with what a writer has to know of them beforehand."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
from PIL import Image

from vae_studio.data.image_set import Pictures
from vae_studio.data.progress import Progress
from vae_studio.errors import UsageError
from vae_studio.plural import counted


@dataclass(frozen=True, eq=False)
class Reel:
    """Frames that can be walked through once; no more of them are in memory than a writer keeps."""

    frames: Iterator[Pictures]  # each [H, W, C]
    count: int
    fps: float  # as the file will really show them
    shape: tuple[int, int, int]  # H, W, C

    @classmethod
    def of(cls, frames: Iterator[Pictures], count: int, fps: float) -> "Reel":
        """Draw the first frame to learn its shape; raises UsageError when there is none."""
        first = next(frames, None)
        if first is None:
            raise UsageError("There is no frame to write; ask for at least one.")
        height, width, channels = first.shape
        return cls(chain([first], frames), count, fps, (height, width, channels))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of each frame in pixels."""
        return self.shape[1], self.shape[0]

    def milliseconds(self) -> list[int]:
        """Return how long each frame is shown, [count]; the film as a whole is as long as its rate says."""
        ends = np.round(np.arange(self.count + 1) * 1000 / self.fps).astype(int)
        return [int(lasts) for lasts in np.diff(ends)]

    def watched(self, progress: Progress) -> Iterator[Pictures]:
        """Yield the frames and report each; a `progress` that raises ends the film."""
        for number, frame in enumerate(self.frames):
            progress(number / self.count, f"Writing frame {number + 1} of {self.count}")
            yield frame
        progress(1.0, f"Wrote {counted(self.count, 'frame')}")


def as_image(frame: Pictures) -> Image.Image:
    """Return a frame [H, W, C] as a picture for Pillow."""
    return Image.fromarray(np.ascontiguousarray(frame[..., 0] if frame.shape[2] == 1 else frame))
