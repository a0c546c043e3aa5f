"""The parts of a drawn face, each painted on a block of faces: from the backdrop up to the glasses."""

import numpy as np

from vae_studio.data.drawing import (
    Box,
    Canvas,
    Floats,
    below,
    circle,
    column,
    coverage,
    ellipse,
    mix,
    palette,
    ramp,
    rectangle,
    soft,
)
from vae_studio.data.head import SIZE, Head

HEAD_BOX = Box(11, 15, 54, 54)
_INK = palette("4a2f35")
_LIPS = palette("b4525a")
_GOLD = palette("f0bd4f")
_SIDES = (-1.0, 1.0)


def backdrop(canvas: Canvas, head: Head) -> None:
    """Fill the picture with the background colour, lighter in a round glow behind the head."""
    canvas.planes[:] = head.background[:, :, None, None]
    box = Box(0, 0, SIZE, SIZE)
    x, y = box.grid()
    glow = 0.55 * soft(circle(x - 32, y - 30, 34), 30)
    canvas.paint(box, glow, mix(head.background, 1.0, 0.75))


def shoulders(canvas: Canvas, head: Head) -> None:
    """Paint the shirt, the neck and the shadow that the chin throws on it."""
    box = Box(4, 50, 60, SIZE)
    x, y = box.grid()
    body = ellipse(x - 32, y - 67, 23.5, 13)
    canvas.paint(box, coverage(body), head.shirt)
    canvas.paint(box, 0.5 * soft(body, 6) * ramp(x - 32, -4, 20), head.shirt * np.float32(0.82))
    box = Box(24, 44, 42, 60)
    x, y = box.grid()
    neck = rectangle(x - 32 - 0.4 * head.turn, y - 48, 3.2, 6.5) - 1.8
    canvas.paint(box, coverage(np.minimum(neck, ellipse(x - 32, y - 54.5, 7.5, 3.6))), head.skin)
    canvas.paint(box, 0.8 * coverage(neck) * ramp(-y, -56, -50), head.shade)


def ears(canvas: Canvas, head: Head) -> None:
    """Paint both ears; the head, painted later, hides most of the far one."""
    for side in _SIDES:
        middle = 32 + side * 14.6
        box = Box(int(middle) - 7, 29, int(middle) + 8, 43)
        x, y = box.grid()
        u, v = x - _ear_x(head, side), y - 36
        canvas.paint(box, coverage(ellipse(u, v, 2.9, 4.1)), head.skin)
        canvas.paint(box, 0.7 * coverage(ellipse(u - 0.2 * side, v, 1.5, 2.5)), head.shade)


def earrings(canvas: Canvas, head: Head) -> None:
    """Hang a golden pearl on each ear of those who wear them."""
    rows = np.flatnonzero(head.factors["earrings"] > 0.5)
    for side in _SIDES:
        middle = 32 + side * 15.6
        box = Box(int(middle) - 6, 37, int(middle) + 7, 46)
        x, y = box.grid()
        u, v = x - _ear_x(head, side)[rows] - 0.6 * side, y - 41.4
        shown = np.clip(1.6 - 2 * side * head.turn[rows], 0, 1)  # the far one hides behind the cheek
        canvas.paint(box, shown * coverage(circle(u, v, 1.75)), _GOLD, rows)
        canvas.paint(box, shown * coverage(circle(u + 0.5, v + 0.5, 0.5)), palette("fff4cf"), rows)


def _ear_x(head: Head, side: float) -> Floats:
    return 32 + side * (head.a + 0.4) - 1.6 * head.turn


def outline(head: Head, x: Floats, y: Floats) -> Floats:
    """Return the distance to the head: an egg with a narrow chin that leans where the face looks."""
    v = (y - head.y) / head.b
    across = x - head.x - 1.4 * head.turn * np.maximum(v, 0)
    return ellipse(across, y - head.y, head.a * (1 - 0.09 * v - 0.07 * v * np.maximum(v, 0)), head.b)


def skin(canvas: Canvas, head: Head) -> Floats:
    """Paint the head with a shade along its right edge and a glow on the cheek; return its distance, [B, h, w]."""
    x, y = HEAD_BOX.grid()
    distance = outline(head, x, y)
    inside = coverage(distance)
    canvas.paint(HEAD_BOX, inside, head.skin)
    lower_right = ramp((x - head.x) / head.a + 0.6 * (y - head.y) / head.b, -0.1, 1.3)
    canvas.paint(HEAD_BOX, 0.75 * inside * (1 - soft(distance, 8)) * lower_right, head.shade)
    return distance


def cheeks(canvas: Canvas, head: Head) -> None:
    """Paint blush, and freckles on those who have them."""
    freckled = np.flatnonzero(head.factors["freckles"] > 0.5)
    for side in _SIDES:
        centre, narrow = head.at(0.62 * side)
        middle = round(32 + side * 8.2)
        box = Box(middle - 11, 34, middle + 12, 47)
        x, y = box.grid()
        glow = soft(ellipse(x - centre, y - 40.6, 4.6 * narrow, 3.4), 3.6)
        canvas.paint(box, 0.75 * head["blush"] * glow, mix(head.skin, palette("ef6f6c"), 0.62))
        u, v = x - centre[freckled], y - 39.2
        dots = [circle(u - dx * narrow[freckled], v - dy, 0.55) for dx, dy in ((-1.9, 0.2), (0.1, 1.3), (1.9, -0.1))]
        brown = mix(head.shade[freckled], palette("8a4a2c"), 0.5)
        canvas.paint(box, 0.85 * coverage(np.minimum(np.minimum(dots[0], dots[1]), dots[2])), brown, freckled)


def beard(canvas: Canvas, head: Head, distance: Floats) -> None:
    """Paint a full beard on those who have one: the head without an oval around eyes and nose."""
    rows = np.flatnonzero(head.factors["beard"] > 0.5)
    x, y = HEAD_BOX.grid()
    centre, _ = head.at(0.0)
    oval = ellipse(x - (0.4 * head.x + 0.6 * centre)[rows], y - 32.5, head.a[rows] * 0.82, 8.6)
    alpha = coverage(np.maximum(distance[rows] - 0.7, -oval)) * ramp(y, 33, 37)
    canvas.paint(HEAD_BOX, alpha, mix(head.hair[rows], head.skin[rows], 0.12) * np.float32(0.96), rows)


def nose(canvas: Canvas, head: Head) -> None:
    """Paint a small round nose that turns further than the rest."""
    centre, _ = head.at(0.0)
    box = Box(20, 35, 44, 44)
    x, y = box.grid()
    u = x - centre - 1.1 * head.turn
    canvas.paint(box, coverage(ellipse(u, y - 39.7, 1.9, 1.25)), head.shade * np.float32(0.95))
    canvas.paint(box, coverage(ellipse(u + 0.35, y - 39.0, 1.5, 1.15)), mix(head.skin, 1.0, 0.12))


def mouth(canvas: Canvas, head: Head) -> None:
    """Paint a mouth between two curves that meet in its corners: mood bends it, opening parts the curves."""
    centre, narrow = head.at(0.0)
    box = Box(18, 38, 46, 53)
    x, y = box.grid()
    mood, gape = head["mood"], head["mouth_open"]
    width = (4.9 + 0.9 * mood - 0.9 * gape) * narrow
    t = np.clip((x - centre) / width, -1.4, 1.4)
    bow = 1 - t * t
    spine = 43.9 - 0.3 * gape + 2.6 * mood * (bow - 0.55)
    upper = spine - (0.55 + 1.1 * gape) * bow
    lower = spine + (0.55 + 3.3 * gape) * bow
    distance = np.maximum(np.maximum(-below(y, upper), below(y, lower)), (np.abs(t) - 1) * width)
    inside = coverage(distance - 0.35)
    lips = mix(_LIPS * np.ones_like(head.skin), head.skin * np.float32(0.5), 0.4)
    canvas.paint(box, inside, mix(lips, palette("5a1f2b"), 0.55))
    hollow = coverage(distance + 0.45) * np.clip(gape * 2.5, 0, 1)
    canvas.paint(box, hollow * coverage(circle(x - centre, y - lower - 0.6, 2.7)), palette("e8788a"))
    canvas.paint(box, hollow * coverage(below(y, upper + 1.75)), palette("fffaf4"))


def eyes(canvas: Canvas, head: Head) -> None:
    """Paint the eyes: white, iris, pupil and a glint, all cut by the lids, and a lash along the upper one."""
    size, opened = 1 + 0.17 * head["eye_size"], head["eye_open"]
    tall = np.maximum(3.9 * size * opened, 0.45)
    for side in _SIDES:
        centre, narrow = head.at(0.45 * side)
        middle = round(32 + side * 6)
        box = Box(middle - 12, 28, middle + 12, 41)
        x, y = box.grid()
        u, v = x - centre, y - 34.6 - 0.9 * (1 - opened)
        wide = 3.25 * size * (0.35 + 0.65 * narrow)
        distance = ellipse(u, v, wide, tall)
        inside = coverage(distance)
        canvas.paint(box, inside, palette("fffdf8"))
        u = u - (1.25 * head["gaze"] + 0.25 * head.turn) * narrow
        round_iris = ellipse(u, v - 0.1, 2.35 * size * narrow, 2.75 * size)
        canvas.paint(box, inside * coverage(round_iris), head.iris)
        canvas.paint(box, inside * coverage(round_iris + 1.25), palette("221820"))
        canvas.paint(box, inside * coverage(circle(u + 0.85, v + 1.0, 0.85)), palette("ffffff"))
        lash = np.maximum(np.abs(distance) - 0.6, v - 0.25 * tall + 0.2)
        canvas.paint(box, coverage(lash), mix(_INK, head.hair, 0.25))


def brows(canvas: Canvas, head: Head) -> None:
    """Paint the brows: arched strokes whose inner ends rise (worry) or fall (anger)."""
    lift, tilt = head["brow_height"], head["brow_tilt"]
    for side in _SIDES:
        centre, narrow = head.at(0.47 * side)
        middle = round(32 + side * 6)
        box = Box(middle - 12, 22, middle + 12, 34)
        x, y = box.grid()
        t = (x - centre) / (3.9 * (0.35 + 0.65 * narrow))
        arc = 28.1 - 1.7 * lift - 1.3 * side * tilt * -t + 0.9 * t * t
        stroke = np.maximum(np.abs(below(y, arc)) - (0.85 - 0.12 * side * t), (np.abs(t) - 1) * 3.5)
        canvas.paint(box, coverage(stroke), mix(head.hair, _INK, 0.35))


def glasses(canvas: Canvas, head: Head) -> None:
    """Put round glasses on those who wear them."""
    rows = np.flatnonzero(head.factors["glasses"] > 0.5)
    frame = palette("3d4a66")
    box = Box(9, 27, 56, 43)
    x, y = box.grid()
    distance = np.full((len(rows), 16, 47), 99, np.float32)
    for side in _SIDES:
        centre, narrow = (part[rows] for part in head.at(0.45 * side))
        lens = ellipse(x - centre, y - 34.9, 5.3 * (0.3 + 0.7 * narrow), 5.4)
        canvas.paint(box, 0.22 * coverage(lens), palette("ffffff"), rows)
        arm = column(32 + side * head.a[rows])
        reach = rectangle(x - (centre + arm) / 2, y - 33.6, np.abs(arm - centre) / 2, 0.2) - 0.35
        distance = np.minimum(distance, np.minimum(np.abs(lens) - 0.6, np.maximum(reach, -lens)))
    bridge = np.abs(x - head.at(0.0)[0][rows]) - 1.6
    distance = np.minimum(distance, np.maximum(bridge, np.abs(y - 34.0) - 0.6))
    canvas.paint(box, coverage(distance), frame, rows)
