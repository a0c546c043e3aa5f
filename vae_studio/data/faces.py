"""Drawn faces with known factors, as many as wanted: the picture set for morphing without any download."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vae_studio.data import face_parts, hair
from vae_studio.data.drawing import Canvas, Floats
from vae_studio.data.head import HAIR_COLOURS, HAIR_STYLES, SIZE, Head
from vae_studio.data.image_set import ImageSet, Pictures
from vae_studio.data.progress import Progress, silent
from vae_studio.errors import UsageError

_BLOCK = 32  # faces painted at a time: their canvas fits the cache


@dataclass(frozen=True)
class Factor:
    """One thing about a face: its range, its value when nobody says otherwise, and how it is drawn by lot."""

    name: str
    low: float
    high: float
    neutral: float
    choices: int = 0  # 0: any value in the range; else 0, 1, ... choices - 1
    share: float = 0.5  # for two choices: how many have it

    def drawn(self, uniform: npt.NDArray[np.float64]) -> Floats:
        """Turn uniform random numbers in [0, 1) into values."""
        if self.choices == 2:
            return (uniform < self.share).astype(np.float32)
        if self.choices:
            return np.floor(uniform * self.choices).astype(np.float32)
        return (self.low + (self.high - self.low) * uniform).astype(np.float32)


def _yes_or_no(name: str, share: float) -> Factor:
    return Factor(name, 0, 1, 0, choices=2, share=share)


FACTORS: tuple[Factor, ...] = (
    Factor("mood", -1, 1, 0.6),
    Factor("mouth_open", 0, 1, 0),
    Factor("eye_size", -1, 1, 0),
    Factor("eye_open", 0, 1, 1),
    Factor("gaze", -1, 1, 0),
    Factor("eye_colour", 0, 1, 0.3),
    Factor("brow_height", -1, 1, 0),
    Factor("brow_tilt", -1, 1, 0),
    Factor("face_width", -1, 1, 0),
    Factor("turn", -1, 1, 0),
    Factor("skin_tone", 0, 1, 0.3),
    Factor("blush", 0, 1, 0.5),
    Factor("shirt", 0, 1, 0.2),
    Factor("background", 0, 1, 0.5),
    _yes_or_no("glasses", 0.3),
    _yes_or_no("freckles", 0.25),
    _yes_or_no("beard", 0.2),
    _yes_or_no("earrings", 0.25),
    Factor("hair_style", 0, len(HAIR_STYLES) - 1, 0, choices=len(HAIR_STYLES)),
    Factor("hair_colour", 0, len(HAIR_COLOURS) - 1, 1, choices=len(HAIR_COLOURS)),
)


def draw_faces(count: int = 4000, seed: int = 0, progress: Progress = silent) -> ImageSet:
    """Draw 64x64 colour faces labelled by hair colour; face i depends on `seed` and i alone, not on `count`."""
    uniform = np.random.Generator(np.random.PCG64(seed)).random((count, len(FACTORS)))  # row by row from one stream
    factors = {factor.name: factor.drawn(uniform[:, column]) for column, factor in enumerate(FACTORS)}
    factors["eye_open"] = np.sqrt(factors["eye_open"])  # wide eyes are commoner than closed ones
    labels = factors["hair_colour"].astype(np.int64)
    pictures = faces_from(factors, progress)
    return ImageSet("faces", pictures, labels, tuple(f"{name} hair" for name in HAIR_COLOURS), factors)


def faces_from(factors: Mapping[str, npt.ArrayLike], progress: Progress = silent) -> Pictures:
    """Draw faces from factors, [N] each or one number for all; factors left out are neutral. Returns [N, 64, 64, 3].

    Raises UsageError when a factor is unknown or out of its range, or when the lengths differ.
    """
    complete = _complete(factors)
    styles = complete["hair_style"].astype(np.intp)
    pictures = np.empty((len(styles), SIZE, SIZE, 3), np.uint8)
    done = 0
    for number, style in enumerate(HAIR_STYLES):
        rows = np.flatnonzero(styles == number)  # faces of one style share all shapes, so they are painted together
        for start in range(0, len(rows), _BLOCK):
            block = rows[start : start + _BLOCK]
            pictures[block] = _painted({name: values[block] for name, values in complete.items()}, style)
            done += len(block)
            progress(done / len(styles), "Drawing faces.")
    return pictures


def _complete(factors: Mapping[str, npt.ArrayLike]) -> dict[str, Floats]:
    """Return every factor as [N] in its range."""
    known = {factor.name: factor for factor in FACTORS}
    for name in factors:
        if name not in known:
            raise UsageError(f"Faces have no factor called {name!r}; choose among {', '.join(known)}.")
    values = {name: np.atleast_1d(np.asarray(factors.get(name, f.neutral), np.float32)) for name, f in known.items()}
    counts = {len(value) for value in values.values() if len(value) != 1}
    if len(counts) > 1 or any(value.ndim != 1 for value in values.values()):
        raise UsageError("The factors of faces must be lists of the same length.")
    for name, value in values.items():
        if not ((value >= known[name].low) & (value <= known[name].high)).all():
            raise UsageError(f"The factor {name!r} of a face must lie in {known[name].low:g} to {known[name].high:g}.")
    count = counts.pop() if counts else 1
    return {name: np.broadcast_to(value, (count,)) for name, value in values.items()}


def _painted(factors: Mapping[str, Floats], style: str) -> Pictures:
    """Paint a block of faces of one hair style, back to front."""
    head = Head.of(factors)
    canvas = Canvas(len(head.turn), SIZE)
    face_parts.backdrop(canvas, head)
    hair.behind(canvas, head, style)
    face_parts.shoulders(canvas, head)
    face_parts.ears(canvas, head)
    distance = face_parts.skin(canvas, head)
    face_parts.cheeks(canvas, head)
    face_parts.beard(canvas, head, distance)
    face_parts.nose(canvas, head)
    face_parts.mouth(canvas, head)
    face_parts.eyes(canvas, head)
    hair.before(canvas, head, style, distance)
    face_parts.brows(canvas, head)
    face_parts.glasses(canvas, head)
    face_parts.earrings(canvas, head)
    return canvas.pictures()
