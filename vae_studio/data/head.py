"""Where the parts of a drawn head lie and which colours they have, for a block of faces."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from vae_studio.data.drawing import Floats, along, column, mix, palette

SIZE = 64
HAIR_COLOURS = {
    "black": "3b3440",
    "brown": "6a4230",
    "ginger": "d8773a",
    "blond": "ecc473",
    "silver": "b9bccb",
    "rose": "ea9db4",
}
HAIR_STYLES = ("short", "swept", "bob", "long", "curls", "bun")

_SKIN = palette("fde3cf", "f6cba8", "e3a878", "b97a52", "7f5038")
_BACKGROUND = palette("f8e3d4", "f6e7b9", "d9ead0", "cfe8ea", "d5dcf3", "ead7ec")
_SHIRT = palette("6f8fc4", "5fa8a0", "86b077", "e2b457", "e08467", "b77aa8")
_IRIS = palette("4c2f22", "85592f", "5f8a52", "3f8098", "4a6fc0")
_HAIR = palette(*HAIR_COLOURS.values())


@dataclass(frozen=True)
class Head:
    """Positions in pixels, [B, 1, 1] each, and colours, [B, 3] each, of a block of faces."""

    factors: Mapping[str, Floats]
    x: Floats
    y: Floats
    a: Floats  # half width
    b: Floats  # half height
    turn: Floats  # in [-1, 1]
    angle: Floats  # of the turn, radians
    skin: Floats
    shade: Floats
    hair: Floats
    shirt: Floats
    background: Floats
    iris: Floats

    @classmethod
    def of(cls, factors: Mapping[str, Floats]) -> "Head":
        """Lay the heads out from factors, [B] each."""
        turn = column(factors["turn"])
        skin = along(_SKIN, factors["skin_tone"])
        return cls(
            factors=factors,
            x=32 + 0.8 * turn,
            y=column(np.full(turn.shape, 34.0)),
            a=14.6 + 1.3 * column(factors["face_width"]),
            b=16.2 - 0.5 * column(factors["face_width"]),
            turn=turn,
            angle=0.42 * turn,
            skin=skin,
            shade=mix(skin * palette("e8b8a8"), palette("b0606a"), 0.08),
            hair=_HAIR[factors["hair_colour"].astype(np.intp)],
            shirt=along(_SHIRT, factors["shirt"]),
            background=along(_BACKGROUND, factors["background"]),
            iris=along(_IRIS, factors["eye_colour"]),
        )

    def __getitem__(self, factor: str) -> Floats:
        """Return a factor, [B, 1, 1]."""
        return column(self.factors[factor])

    def at(self, longitude: float) -> tuple[Floats, Floats]:
        """Return where a feature at some angle from the nose lies across, and how much the turn narrows it."""
        place = longitude + self.angle.astype(np.float64)
        return self.x + (self.a * np.sin(place)).astype(np.float32), np.cos(place).astype(np.float32)

    def across(self, x: Floats) -> Floats:
        """Return the place across the head as seen from the front, about -1..1."""
        return (x - self.x - 3.2 * self.turn) / self.a
