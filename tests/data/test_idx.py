"""IDX files: what is written comes back, what is broken is refused in one sentence."""

import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from vae_studio.data.idx import looks_like_idx, open_idx, read_idx
from vae_studio.errors import DataError, StudioError

CODES = {"u1": 8, "i1": 9, "i2": 11, "i4": 12, "f4": 13, "f8": 14}


def idx_bytes(array: np.ndarray) -> bytes:
    head = bytes([0, 0, CODES[array.dtype.str[1:]], array.ndim])
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return head + sizes + array.astype(array.dtype.newbyteorder(">")).tobytes()


@given(
    st.sampled_from(list(CODES)).flatmap(
        lambda code: hnp.arrays(np.dtype(code), hnp.array_shapes(max_dims=4, max_side=5, min_side=0))
    ),
    st.booleans(),
)
def test_round_trip(tmp_path_factory, array, zipped: bool) -> None:
    path = tmp_path_factory.mktemp("idx") / ("a-ubyte.gz" if zipped else "a-ubyte")
    path.write_bytes(gzip.compress(idx_bytes(array), 1) if zipped else idx_bytes(array))
    back = read_idx(path)
    assert back.dtype == array.dtype
    np.testing.assert_array_equal(back, array)


@given(st.binary(max_size=80))
def test_random_bytes_never_crash(tmp_path_factory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("idx")
    for name in ("x-ubyte", "x-ubyte.gz"):
        (folder / name).write_bytes(content)
        looks_like_idx(folder / name)
        try:
            read_idx(folder / name)
        except StudioError:
            continue


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not an IDX file"),
        (b"\1\2\3\4", "not an IDX file"),
        (b"\0\0\x08\x03\0\0", "within its header"),
        (b"\0\0\x08\x03" + b"\xff" * 12, "too short"),
        (idx_bytes(np.zeros((2, 3, 3), np.uint8))[:-1], "too short"),
        (idx_bytes(np.zeros((2, 3, 3), np.uint8)) + b"x", "holds more"),
    ],
)
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_broken_files(tmp_path, content: bytes, words: str, suffix: str) -> None:
    path = tmp_path / f"train-images-idx3-ubyte{suffix}"
    path.write_bytes(gzip.compress(content) if suffix else content)
    with pytest.raises(DataError, match=words):
        read_idx(path)


def test_a_cut_gzip_file_is_refused(tmp_path) -> None:
    path = tmp_path / "train-images-idx3-ubyte.gz"
    path.write_bytes(gzip.compress(idx_bytes(np.arange(900, dtype=np.uint8).reshape(9, 10, 10)))[:-30])
    with pytest.raises(DataError):
        read_idx(path)


def test_labels_beside_are_found(tmp_path) -> None:
    pictures = np.arange(3 * 4 * 4, dtype=np.uint8).reshape(3, 4, 4)
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx_bytes(pictures))
    (tmp_path / "train-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx_bytes(np.array([2, 0, 2], np.uint8))))
    images = open_idx(tmp_path / "train-images-idx3-ubyte")
    np.testing.assert_array_equal(images.pictures[..., 0], pictures)
    assert images.labels.tolist() == [2, 0, 2]
    assert images.label_of(0) == "2"
    with pytest.raises(DataError, match="labels, not pictures"):
        open_idx(tmp_path / "train-labels-idx1-ubyte.gz")


def test_labels_of_another_number_are_refused(tmp_path) -> None:
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx_bytes(np.zeros((3, 4, 4), np.uint8)))
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx_bytes(np.zeros(4, np.uint8)))
    with pytest.raises(DataError, match="must match"):
        open_idx(tmp_path / "train-images-idx3-ubyte")


@pytest.mark.parametrize("array", [np.zeros((2, 3, 3), "f4"), np.zeros((2, 3), "u1"), np.zeros((0, 3, 3), "u1")])
def test_arrays_that_are_no_pictures(tmp_path, array) -> None:
    (tmp_path / "a-ubyte").write_bytes(idx_bytes(array))
    with pytest.raises(DataError):
        open_idx(tmp_path / "a-ubyte")
