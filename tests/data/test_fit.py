"""Sets brought to size, colours and number; the laws of splitting."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae_studio.data.fit import in_channels, limited, prepared
from vae_studio.data.image_set import ImageSet
from vae_studio.data.options import DataOptions
from vae_studio.data.split import split
from vae_studio.errors import DataError


def numbered(
    count: int, height: int = 4, width: int = 4, channels: int = 1, held_out_from: int | None = None
) -> ImageSet:
    """Make a set whose picture i is filled with i."""
    pictures = np.broadcast_to(np.arange(count, dtype=np.uint8)[:, None, None, None], (count, height, width, channels))
    labels = np.arange(count) % 3
    factors = {"number": np.arange(count, dtype=np.float32)}
    names = tuple(f"{i}.png" for i in range(count))
    return ImageSet("numbered", pictures.copy(), labels, ("a", "b", "c"), factors, held_out_from, names)


@given(st.integers(1, 200), st.integers(0, 250), st.integers(1, 199))
def test_limit(count: int, limit: int, held_out_from: int) -> None:
    images = limited(numbered(count, held_out_from=held_out_from if held_out_from < count else None), limit)
    assert len(images) == (min(limit, count) if limit else count)
    kept = images.pictures[:, 0, 0, 0].astype(int)
    assert (np.diff(kept) > 0).all()
    assert kept[0] == 0
    assert images.labels.tolist() == (kept % 3).tolist()
    assert images.factors["number"].tolist() == kept.tolist()
    assert images.names == tuple(f"{i}.png" for i in kept)
    if images.held_out_from is not None:
        assert kept[images.held_out_from - 1] < held_out_from <= kept[images.held_out_from]


@given(st.integers(2, 300), st.floats(0.001, 0.999), st.integers(0, 1000))
def test_split_parts_the_set(count: int, share: float, seed: int) -> None:
    parts = split(numbered(min(count, 256)), share, seed)
    both = np.concatenate([parts.train, parts.held_out])
    assert sorted(both) == list(range(min(count, 256)))
    assert len(parts.train) and len(parts.held_out)
    assert (np.diff(parts.train) > 0).all() and (np.diff(parts.held_out) > 0).all()
    again = split(numbered(min(count, 256)), share, seed)
    np.testing.assert_array_equal(parts.held_out, again.held_out)


def test_split_keeps_the_own_test_part_and_depends_on_the_seed() -> None:
    assert split(numbered(10, held_out_from=7), 0.5, 0).held_out.tolist() == [7, 8, 9]
    assert split(numbered(100), 0.2, 0).held_out.tolist() != split(numbered(100), 0.2, 1).held_out.tolist()
    with pytest.raises(DataError, match="at least two"):
        split(numbered(1), 0.5, 0)


@pytest.mark.parametrize("fit", ["crop", "pad", "stretch"])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("shape", [(4, 4), (4, 9), (9, 4), (1, 1), (200, 130)])
def test_every_shape_becomes_square_and_keeps_its_level(fit: str, channels: int, shape) -> None:
    images = numbered(5, *shape, channels)
    for size in (0, 1, 8, 32):
        result = prepared(images, DataOptions(source="x", fit=fit, size=size, channels="colour"))
        height, width, depth = result.shape
        assert height == width
        assert depth == 3
        assert not size or height == size
        np.testing.assert_array_equal(result.pictures[:, 0, 0, 0], np.arange(5))
        assert result.pictures.std(axis=(1, 2, 3)).max() == 0


def test_own_size_is_kept_up_to_128() -> None:
    sides = {own: prepared(numbered(2, own, own), DataOptions(source="x")).shape[0] for own in (8, 128, 129)}
    assert sides == {8: 8, 128: 128, 129: 64}


def test_crop_takes_the_middle() -> None:
    images = ImageSet("x", np.arange(5, dtype=np.uint8).reshape(1, 1, 5, 1).repeat(3, axis=1))
    assert prepared(images, DataOptions(source="x")).pictures[0, 0, :, 0].tolist() == [1, 2, 3]


def test_grey_is_what_the_eye_sees() -> None:
    pictures = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]], np.uint8).reshape(4, 1, 1, 3)
    assert in_channels(pictures, "grey").ravel().tolist() == [76, 150, 29, 255]
    assert in_channels(pictures, "auto").shape[3] == 3
    assert in_channels(pictures[3:], "auto").shape[3] == 1
    np.testing.assert_array_equal(in_channels(pictures[..., :1], "colour"), pictures[..., :1].repeat(3, axis=3))
