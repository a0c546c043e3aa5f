"""The hair of drawn faces: what hangs behind the head, and what lies over the forehead, for each style."""

from collections.abc import Callable

import numpy as np

from vae_studio.data.drawing import (
    Box,
    Canvas,
    Floats,
    below,
    circle,
    coverage,
    ellipse,
    mix,
    ramp,
    rectangle,
    soft,
    union,
)
from vae_studio.data.face_parts import HEAD_BOX
from vae_studio.data.head import Head

_FRONT_BOX = Box(9, 8, 56, 54)
_CURLS_BEHIND = ((-15.5, 2.0), (-16.5, -6.0), (-13.5, -13.5), (-7.5, -18.5), (0.0, -20.0))
_CURLS_BEFORE = ((-11.5, -10.0), (-6.0, -13.0), (0.0, -13.8))


def behind(canvas: Canvas, head: Head, style: str) -> None:
    """Paint the hair that the neck and the head cover."""
    if style not in _BEHIND:
        return
    box, shape = _BEHIND[style]
    x, y = box.grid()
    distance = shape(head, x - head.x + 1.2 * head.turn, y)
    canvas.paint(box, coverage(distance), head.hair * np.float32(0.86))


def before(canvas: Canvas, head: Head, style: str, face: Floats) -> None:
    """Paint the hair over the forehead, with its shadow on the face (distance `face`) and a sheen."""
    x, y = _FRONT_BOX.grid()
    puff = 1.1 if style == "bun" else 2.0
    cap = ellipse(x - head.x + 0.5 * head.turn, y - head.y + 1.6, head.a + puff, head.b + puff + 0.6)
    u = head.across(x)
    side = np.maximum(np.abs(u), np.abs(x - head.x - 1.4 * head.turn) / head.a)  # the far temple keeps some hair
    line = _HAIRLINES[style](u, side)
    fringe = below(y, line)
    shape = np.maximum(cap, fringe)
    if style == "curls":
        shape = union(shape, _curls(_CURLS_BEFORE, 4.6, x - head.x - 1.6 * head.turn, y - head.y))
    _shadow(canvas, head, shape, face)
    canvas.paint(_FRONT_BOX, coverage(shape), head.hair)
    sheen = np.clip(1 - np.abs(cap + 5.2) * 0.5, 0, 1) * ramp(-head.across(x), -0.35, 0.5) * coverage(shape + 1)
    canvas.paint(_FRONT_BOX, 0.5 * sheen * ramp(-y, -30, -22), mix(head.hair, 1.0, 0.45))
    canvas.paint(
        _FRONT_BOX, 0.4 * coverage(shape) * (1 - soft(cap, 7)) * ramp(x - head.x, -2, 15), head.hair * np.float32(0.78)
    )


def _shadow(canvas: Canvas, head: Head, shape: Floats, face: Floats) -> None:
    """Darken the skin just under the hair."""
    rows = slice(HEAD_BOX.top - _FRONT_BOX.top - 2, HEAD_BOX.bottom - _FRONT_BOX.top - 2)
    columns = slice(HEAD_BOX.left - _FRONT_BOX.left, HEAD_BOX.right - _FRONT_BOX.left)
    canvas.paint(HEAD_BOX, 0.55 * coverage(shape[:, rows, columns]) * coverage(face), head.shade)


def _curls(places: tuple[tuple[float, float], ...], radius: float, x: Floats, y: Floats) -> Floats:
    mirrored = np.abs(x)  # the places name one side only
    distance = circle(mirrored + places[0][0], y - places[0][1], radius)
    for dx, dy in places[1:]:
        distance = union(distance, circle(mirrored + dx, y - dy, radius))
    return distance


def _bob_behind(head: Head, x: Floats, y: Floats) -> Floats:
    flare = head.a + 1.0 + 0.06 * (y - 34)
    return union(rectangle(x, y - 40, flare - 6, 4.5) - 6.5, ellipse(x, y - 32, head.a + 2.4, 18.6))


def _long_behind(head: Head, x: Floats, y: Floats) -> Floats:
    flare = head.a + 0.8 + 0.11 * (y - 34)
    return union(rectangle(x, y - 46, flare - 5, 12) - 6, ellipse(x, y - 32, head.a + 2.4, 18.6))


def _curls_behind(head: Head, x: Floats, y: Floats) -> Floats:
    inside = ellipse(x, y - 28, 18.5, 18.0)
    return union(_curls(_CURLS_BEHIND, 5.6, x, y - head.y), inside)


def _bun_behind(_head: Head, x: Floats, y: Floats) -> Floats:
    return circle(x, y - 10.2, 6.4)


_BEHIND: dict[str, tuple[Box, Callable[[Head, Floats, Floats], Floats]]] = {
    "bob": (Box(8, 11, 57, 53), _bob_behind),
    "long": (Box(5, 11, 60, 64), _long_behind),
    "curls": (Box(7, 6, 58, 48), _curls_behind),
    "bun": (Box(23, 2, 42, 18), _bun_behind),
}

# Height of the edge of the hair, in pixels from the top: for each place u across the face and its nearness to a side.
_HAIRLINES: dict[str, Callable[[Floats, Floats], Floats]] = {
    "short": lambda u, side: 23.6 - 1.2 * u * u + 8.5 * ramp(side, 0.62, 0.98),
    "swept": lambda u, side: (
        21.4 + 2.6 * (u + 0.55) * (u + 0.55) + 6.8 * ramp(side, 0.6, 0.95) - 1.6 * ramp(u, 0.2, 0.7)
    ),
    "bob": lambda u, side: 26.6 - 0.9 * u * u + 21 * ramp(side, 0.76, 1.0),
    "long": lambda u, side: 19.6 + 8.2 * np.sqrt(u * u + np.float32(0.002)) + 26 * ramp(side, 0.74, 1.04),
    "curls": lambda _u, side: 21.5 + 10.0 * ramp(side, 0.66, 0.98),
    "bun": lambda _u, side: 22.2 + 9.0 * ramp(side, 0.35, 1.0),
}
