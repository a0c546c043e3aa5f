"""The frames of a replay: the map as it grew, and what the decoder drew meanwhile."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from vae_studio.data.image_set import Pictures
from vae_studio.errors import UsageError
from vae_studio.export.map_image import Extent, draw_map, extent_of
from vae_studio.export.palette import label_colours
from vae_studio.export.resizing import resize
from vae_studio.latent.codes import Floats

SMALLEST = 160  # pixels of the map's side; below it nothing can be read
_PAPER, _INK, _FAINT = (250, 250, 250), (30, 30, 30), (150, 150, 150)
_ACCENT = (214, 60, 40)
_COLUMNS = 4  # of pairs
_REST = 0.12  # of the film stays at its end


@dataclass(frozen=True, eq=False)
class Scene:
    """What one moment of a training shows."""

    xy: Floats  # [P, 2], the same pictures in every scene
    pictures: Pictures | None  # [1 + S, H, W, C]: at the marker, then the reconstructions; none are known yet
    epoch: float
    caption: str  # the losses by then


@dataclass(frozen=True, eq=False)
class Stage:
    """What stays the same through all scenes."""

    labels: npt.NDArray[np.int64] | None  # [P]
    label_names: Sequence[str]
    originals: Pictures  # [S, H, W, C]
    marker: Floats  # [2], its place on the map
    size: int  # pixels of the map's side

    @cached_property
    def unit(self) -> int:
        """Pixels of a gap; everything else follows from it."""
        return max(4, self.size // 60)

    @property
    def line(self) -> int:
        """Pixels of a line of text with its leading."""
        return max(15, self.size // 20)

    @property
    def width(self) -> int:
        """Pixels of a frame from left to right."""
        return self.size + self.size // 2

    @property
    def height(self) -> int:
        """Pixels of a frame from top to bottom."""
        return self.size + 2 * self.line + self.unit


def film_places(scenes: int, frames: int) -> npt.NDArray[np.float64]:
    """Return where each frame stands between the scenes, [F] in [0, scenes - 1], with a rest at the end."""
    moving = max(1, frames - round(frames * _REST))
    return np.minimum(np.arange(frames) / max(moving - 1, 1), 1.0) * (scenes - 1)


def extent_over(scenes: Sequence[Scene]) -> Extent:
    """Return the part of the map a whole replay is seen in: the final one, wider where most scenes need it.

    It stays as it is, so that only the codes move; a few wild scenes may leave it.
    """
    final = extent_of(scenes[-1].xy)
    halves = [(right - left) / 2 for left, right, _, _ in (extent_of(scene.xy) for scene in scenes)]
    half = max(halves[-1], float(np.median(halves)))
    x, y = (final[0] + final[1]) / 2, (final[2] + final[3]) / 2
    return (x - half, x + half, y - half, y + half)


def replay_frames(scenes: Sequence[Scene], stage: Stage, places: npt.NDArray[np.float64]) -> Iterator[Pictures]:
    """Yield a frame [H, W, 3] for each of the places between scenes.

    Points glide along straight lines from scene to scene and pictures fade. Raises UsageError without a scene.
    """
    if not scenes:
        raise UsageError("There is no moment to show; train the run on.")
    extent = extent_over(scenes)
    for place in places:
        first = min(int(place), len(scenes) - 1)
        second = min(first + 1, len(scenes) - 1)
        yield _frame(scenes[first], scenes[second], place - first, stage, extent, place / max(len(scenes) - 1, 1))


def _frame(now: Scene, then: Scene, share: float, stage: Stage, extent: Extent, done: float) -> Pictures:
    xy = (now.xy * (1 - share) + then.xy * share).astype(np.float32)
    image = Image.new("RGB", (stage.width, stage.height), _PAPER)
    image.paste(
        Image.fromarray(draw_map(xy, stage.labels, stage.label_names, None, extent, stage.size, legend=False)), (0, 0)
    )
    draw = ImageDraw.Draw(image)
    if now.pictures is not None:
        pictures = now.pictures if then.pictures is None else _faded(now.pictures, then.pictures, share)
        _draw_marker(draw, stage, extent)
        _draw_pictures(image, draw, stage, pictures)
    epoch = now.epoch * (1 - share) + then.epoch * share
    _draw_caption(draw, stage, f"epoch {epoch:.2f}" if epoch < 10 else f"epoch {epoch:.0f}", now.caption, done)
    return np.asarray(image)


def _faded(first: Pictures, second: Pictures, share: float) -> Pictures:
    mixed = first.astype(np.float32) * (1 - share) + second.astype(np.float32) * share
    return np.round(mixed).astype(np.uint8)


def _draw_marker(draw: ImageDraw.ImageDraw, stage: Stage, extent: Extent) -> None:
    left, right, bottom, top = extent
    x = (float(stage.marker[0]) - left) / (right - left) * stage.size
    y = (top - float(stage.marker[1])) / (top - bottom) * stage.size
    if 0 <= x < stage.size and 0 <= y < stage.size:
        draw.circle((x, y), stage.unit + 1, outline=_PAPER, width=4)
        draw.circle((x, y), stage.unit, outline=_ACCENT, width=2)


def _draw_pictures(image: Image.Image, draw: ImageDraw.ImageDraw, stage: Stage, pictures: Pictures) -> None:
    """Draw the picture at the marker large, and below it originals over what comes back of them."""
    gap, left = stage.unit, stage.size + stage.unit
    room = stage.width - left - gap
    shown = resize(pictures[:1], min(room, int(stage.size * 0.42)))[0]
    _paste(image, shown, left, gap)
    draw.rectangle((left - 1, gap - 1, left + shown.shape[1], gap + shown.shape[0]), outline=_ACCENT)
    top = gap + shown.shape[0] + 2 * gap
    side = (room - (_COLUMNS - 1) * gap) // _COLUMNS
    originals, returned = resize(stage.originals, side), resize(pictures[1:], side)
    height = originals.shape[1]
    for number, (before, after) in enumerate(zip(originals, returned, strict=True)):
        y = top + number // _COLUMNS * (2 * height + 1 + gap)
        if y + 2 * height + 1 > stage.size:
            break
        x = left + number % _COLUMNS * (side + gap)
        _paste(image, before, x, y)
        _paste(image, after, x, y + height + 1)


def _paste(image: Image.Image, picture: Pictures, x: int, y: int) -> None:
    image.paste(Image.fromarray(picture[..., 0] if picture.shape[2] == 1 else picture), (x, y))


def _draw_caption(draw: ImageDraw.ImageDraw, stage: Stage, epoch: str, losses: str, done: float) -> None:
    font = ImageFont.load_default(stage.line * 0.66)
    left, right = stage.unit, stage.width - stage.unit
    top = stage.size + stage.unit
    draw.line((left, top, right, top), fill=_FAINT, width=1)
    draw.line((left, top, left + (right - left) * done, top), fill=_ACCENT, width=3)
    middle = top + stage.line * 0.6
    draw.text((left, middle), epoch, fill=_INK, font=font, anchor="lm")
    draw.text((right, middle), losses, fill=_INK, font=font, anchor="rm")
    _draw_legend(draw, stage, font, middle + stage.line * 0.9)


def _draw_legend(draw: ImageDraw.ImageDraw, stage: Stage, font: "ImageFont.FreeTypeFont | ImageFont.ImageFont",
                 middle: float) -> None:  # fmt: skip
    """Draw the labels that occur in one line, as many as there is room for."""
    occurring = [] if stage.labels is None else [int(label) for label in np.unique(stage.labels) if label >= 0]
    if not occurring:
        return
    palette = label_colours(max(len(stage.label_names), occurring[-1] + 1))
    radius, x = stage.line * 0.22, float(stage.unit)
    for label in occurring:
        name = stage.label_names[label] if label < len(stage.label_names) else str(label)
        end = x + 3 * radius + font.getlength(name)
        if end > stage.width - stage.unit:
            return
        red, green, blue = (int(value) for value in palette[label])
        draw.circle((x + radius, middle), radius, fill=(red, green, blue))
        draw.text((x + 3 * radius, middle), name, fill=_INK, font=font, anchor="lm")
        x = end + 4 * radius
