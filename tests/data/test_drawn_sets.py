"""Faces and shapes: the same everywhere, and every factor visible."""

import numpy as np
import pytest

from vae_studio.data.faces import FACTORS, draw_faces, faces_from
from vae_studio.data.head import HAIR_COLOURS, HAIR_STYLES
from vae_studio.data.shapes import draw_shapes
from vae_studio.errors import CancelledError, UsageError

# Mean levels of the first eight faces of seed 0: red, green, blue of each picture.
FIRST_FACES = [
    [227.465, 191.756, 168.71],
    [199.08, 192.517, 190.434],
    [218.534, 190.043, 170.201],
    [216.262, 191.024, 188.074],
    [197.417, 193.765, 210.461],
    [219.759, 191.953, 171.966],
    [207.046, 198.631, 184.936],
    [191.23, 201.404, 206.575],
]
FIRST_SHAPES = [19.7, 36.012, 14.045, 55.346, 20.164, 48.708, 26.898, 35.203]


def test_the_first_faces_are_known() -> None:
    """A change here changes everybody's faces: runs trained on them no longer match."""
    means = draw_faces(8, 0).pictures.mean(axis=(1, 2))
    np.testing.assert_allclose(means, FIRST_FACES, atol=0.02)


def test_the_first_shapes_are_known() -> None:
    means = draw_shapes(8, 0).pictures.mean(axis=(1, 2, 3))
    np.testing.assert_allclose(means, FIRST_SHAPES, atol=0.02)


@pytest.mark.parametrize("draw", [draw_faces, draw_shapes])
def test_a_picture_depends_on_seed_and_number_only(draw) -> None:
    few, many = draw(20, 3), draw(150, 3)
    np.testing.assert_array_equal(few.pictures, many.pictures[:20])
    np.testing.assert_array_equal(few.labels, many.labels[:20])
    for name, values in few.factors.items():
        np.testing.assert_array_equal(values, many.factors[name][:20])
    assert not np.array_equal(draw(20, 4).pictures, few.pictures)


@pytest.mark.parametrize("style", range(len(HAIR_STYLES)))
@pytest.mark.parametrize("factor", [factor for factor in FACTORS if factor.name != "hair_style"], ids=lambda f: f.name)
def test_every_factor_changes_the_face(factor, style: int) -> None:
    low, high = faces_from({factor.name: [factor.low, factor.high], "hair_style": style}).astype(int)
    assert np.abs(low - high).sum() > 200


def test_hair_styles_and_colours_differ() -> None:
    for name, count in (("hair_style", len(HAIR_STYLES)), ("hair_colour", len(HAIR_COLOURS))):
        faces = faces_from({name: np.arange(count)})
        assert len({face.tobytes() for face in faces}) == count


def test_given_factors_draw_the_same_faces_again() -> None:
    images = draw_faces(40, 1)
    np.testing.assert_array_equal(faces_from(images.factors), images.pictures)
    assert images.label_of(0) == f"{list(HAIR_COLOURS)[int(images.factors['hair_colour'][0])]} hair"


def test_a_face_changes_smoothly() -> None:
    for factor in FACTORS:
        if not factor.choices:
            steps = faces_from({factor.name: np.linspace(factor.low, factor.high, 101)}).astype(int)
            assert np.abs(np.diff(steps, axis=0)).max() <= 64, factor.name


def test_extreme_faces_are_drawn() -> None:
    rng = np.random.default_rng(0)
    factors = {f.name: rng.choice([f.low, f.high], 400) for f in FACTORS}
    with np.errstate(all="raise"):
        assert faces_from(factors).std(axis=(1, 2, 3)).min() > 10


@pytest.mark.parametrize(
    ("factors", "words"),
    [
        ({"nose": 1}, "no factor"),
        ({"mood": 2}, "-1 to 1"),
        ({"mood": [float("nan")]}, "-1 to 1"),
        ({"mood": [0, 0], "turn": [0, 0, 0]}, "same length"),
    ],
)
def test_impossible_faces_are_refused(factors, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        faces_from(factors)


def test_shapes_lie_where_their_factors_say() -> None:
    images = draw_shapes(300, 5)
    weight = images.pictures[..., 0] / 255.0
    centres = np.arange(64) + 0.5
    x = (weight.sum(axis=1) * centres).sum(axis=1) / weight.sum(axis=(1, 2))
    round_ones = images.labels < 2  # the heart's middle is not its centre of mass
    np.testing.assert_allclose(x[round_ones], 24 + 16 * images.factors["x"][round_ones], atol=0.2)
    squares = images.labels == 0
    side = 2 * (8 + 8 * images.factors["size"][squares])
    np.testing.assert_allclose(weight[squares].sum(axis=(1, 2)), side**2, rtol=0.01)
    edge = images.pictures[:, [0, -1]].max() + images.pictures[:, :, [0, -1]].max()
    assert edge == 0
    assert set(images.factors) == {"shape", "size", "angle", "x", "y"}


def test_drawing_can_be_cancelled() -> None:
    def stop(_fraction: float, _sentence: str) -> None:
        raise CancelledError("Stopped.")

    with pytest.raises(CancelledError):
        draw_faces(100, progress=stop)
