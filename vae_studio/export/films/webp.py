"""A film as an animated WebP."""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from vae_studio.data.image_set import Pictures
from vae_studio.data.progress import Progress
from vae_studio.errors import UsageError
from vae_studio.export.film_formats import WebPOptions
from vae_studio.export.reel import Reel, as_image
from vae_studio.files import replacing
from vae_studio.plural import counted

_MAX_SIDE = 16383
_METHOD = 4  # of 0 to 6: how long the encoder searches; beyond it files hardly shrink


def write(path: Path, reel: Reel, options: WebPOptions, progress: Progress) -> None:
    """Write an animated WebP that plays for ever; the encoder keeps equal frames as one that lasts longer.

    Raises UsageError when the frames are too large for the format.
    """
    if max(reel.size) > _MAX_SIDE:
        raise UsageError(f"A WebP is at most {_MAX_SIDE} pixels wide and high; choose a smaller size.")
    told = {"quality": 100 if options.lossless else options.quality, "lossless": options.lossless, "method": _METHOD}
    with replacing(path) as file:
        reading = _Walk(reel.watched(progress), reel.count)
        reading.save(file, format="WEBP", save_all=True, duration=reel.milliseconds(), loop=0, **told)
        # Pillow stops at the last frame, before the reel says so
        progress(1.0, f"Wrote {counted(reel.count, 'frame')}")


class _Walk(Image.Image):
    """A picture of many frames that Pillow walks through once, from the first to the last."""

    def __init__(self, frames: Iterator[Pictures], count: int) -> None:
        super().__init__()
        self.n_frames = count
        self._frames = frames
        self._at = -1
        self.seek(0)

    def seek(self, frame: int) -> None:
        """Draw the next frame when it is asked for; a way back is not needed and ignored."""
        if frame > self._at:
            drawn = as_image(next(self._frames)).convert("RGB")
            self.im, self._mode, self._size, self._at = drawn.im, drawn.mode, drawn.size, frame

    def tell(self) -> int:
        """Return the number of the frame."""
        return self._at
