"""NumPy files: shapes and ranges understood, everything else refused in one sentence."""

import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from vae_studio.data.arrays import open_arrays, pictures_from
from vae_studio.data.idx import open_idx
from vae_studio.errors import DataError, StudioError

SHAPES = st.tuples(st.integers(1, 4), st.integers(1, 6), st.integers(1, 6), st.sampled_from([1, 3]))


@given(SHAPES.flatmap(lambda shape: hnp.arrays(np.uint8, shape)), st.booleans())
def test_round_trip(tmp_path_factory, pictures, column_major: bool) -> None:
    path = tmp_path_factory.mktemp("npy") / "pictures.npy"
    np.save(path, np.asfortranarray(pictures) if column_major else pictures)
    np.testing.assert_array_equal(open_arrays(path).pictures, pictures)


@given(hnp.arrays(np.uint8, (2, 5, 7, 3)))
def test_every_scale_means_the_same(pictures) -> None:
    pictures[0, 0, 0] = 0, 255, 128  # the range tells the scale
    levels = pictures.astype(np.float64)
    for scaled in (
        levels,
        levels / 255,
        (levels / 255).astype("f4"),
        levels / 127.5 - 1,
        pictures.astype("i8"),
        pictures.astype("u2") * 257,
    ):
        np.testing.assert_array_equal(pictures_from(scaled, "x"), pictures)
    np.testing.assert_array_equal(pictures_from(np.moveaxis(pictures, 3, 1), "x"), pictures)
    np.testing.assert_array_equal(
        pictures_from(pictures[..., 0] > 99, "x")[..., 0], np.where(pictures[..., 0] > 99, 255, 0)
    )


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.full((2, 4, 4), np.nan, "f4"), "not finite"),
        (np.full((2, 4, 4), np.inf), "not finite"),
        (np.full((2, 4, 4), 300.0), "0 to 1 or 0 to 255"),
        (np.full((2, 4, 4), -5), "0 to 1 or 0 to 255"),
        (np.zeros((4, 4)), "shape"),
        (np.zeros((2, 4, 4, 2)), "shape"),
        (np.zeros((0, 4, 4), np.uint8), "no picture"),
        (np.zeros((2, 0, 4), np.uint8), "no picture"),
        (np.zeros((2, 4, 4), complex), "not numbers"),
    ],
)
def test_numbers_that_are_no_pictures(tmp_path, array, words: str) -> None:
    np.save(tmp_path / "a.npy", array)
    np.savez_compressed(tmp_path / "a.npz", images=array)
    for name in ("a.npy", "a.npz"):
        with pytest.raises(DataError, match=words):
            open_arrays(tmp_path / name)


class _Trap:
    def __reduce__(self):
        return (pytest.fail, ("a file ran code",))


@pytest.mark.parametrize("save", [np.save, lambda path, array: np.savez(path, images=array)])
def test_pickles_are_refused(tmp_path, save) -> None:
    path = tmp_path / ("a.npy" if save is np.save else "a.npz")
    save(path, np.array([_Trap(), None], dtype=object))
    with pytest.raises(DataError, match="could run code"):
        open_arrays(path)


def test_a_header_that_lies_about_the_size(tmp_path) -> None:
    np.save(tmp_path / "a.npy", np.zeros((2, 4, 4), np.uint8))
    content = (tmp_path / "a.npy").read_bytes()
    (tmp_path / "a.npy").write_bytes(
        content.replace(b"(2, 4, 4)", b"(9999999999999, 4, 4)").replace(b" " * 12 + b"\n", b"\n")
    )
    with pytest.raises(DataError, match="too short"):
        open_arrays(tmp_path / "a.npy")


@given(st.binary(max_size=60), st.sampled_from(["a.npy", "a.npz"]), st.booleans())
def test_random_bytes_never_crash(tmp_path_factory, content: bytes, name: str, started: bool) -> None:
    path = tmp_path_factory.mktemp("arrays") / name
    path.write_bytes((b"\x93NUMPY\x01\x00" if started else b"") + content)
    with pytest.raises(StudioError):
        open_arrays(path)


def test_zip_bombs_are_refused(tmp_path) -> None:
    with (
        zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("images.npy", "w") as file,
    ):
        for _ in range(65):
            file.write(bytes(1 << 20))
    with pytest.raises(DataError, match="trap"):
        open_arrays(tmp_path / "a.npz")


def test_flipped_bytes_are_noticed(tmp_path) -> None:
    np.savez(tmp_path / "a.npz", images=np.arange(512, dtype=np.uint8).reshape(8, 8, 8))
    content = bytearray((tmp_path / "a.npz").read_bytes())
    content[300] ^= 1
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(DataError, match="damaged"):
        open_arrays(tmp_path / "a.npz")


def test_labels_and_test_part(tmp_path) -> None:
    pictures = np.arange(5 * 16, dtype=np.uint8).reshape(5, 4, 4)
    np.savez(tmp_path / "a.npz", x_train=pictures[:3], y_train=[7, 9, 7], x_test=pictures[3:], y_test=[9, 8])
    images = open_arrays(tmp_path / "a.npz")
    assert (len(images), images.held_out_from) == (5, 3)
    assert [images.label_of(i) for i in range(5)] == ["7", "9", "7", "9", "8"]


@pytest.mark.parametrize("labels", [["cat", "dog", "cat"], [b"cat", b"dog", b"cat"], [["cat"], ["dog"], ["cat"]]])
def test_words_as_labels(tmp_path, labels) -> None:
    np.savez(tmp_path / "a.npz", images=np.zeros((3, 4, 4), np.uint8), labels=labels)
    images = open_arrays(tmp_path / "a.npz")
    assert [images.label_of(i) for i in range(3)] == ["cat", "dog", "cat"]


def test_one_column_per_class(tmp_path) -> None:
    np.savez(tmp_path / "a.npz", images=np.zeros((3, 4, 4), np.uint8), labels=np.eye(3)[[2, 0, 2]])
    assert open_arrays(tmp_path / "a.npz").label_of(0) == open_arrays(tmp_path / "a.npz").label_of(2)


def test_keys_that_say_nothing(tmp_path) -> None:
    np.savez(tmp_path / "one.npz", anything=np.zeros((3, 4, 4), np.uint8))
    assert len(open_arrays(tmp_path / "one.npz")) == 3
    np.savez(tmp_path / "two.npz", this=np.zeros(3), that=np.zeros(3))
    with pytest.raises(DataError, match="that, this"):
        open_arrays(tmp_path / "two.npz")
    np.savez(tmp_path / "none.npz")
    with pytest.raises(DataError, match="no array"):
        open_arrays(tmp_path / "none.npz")
    np.savez(tmp_path / "more.npz", images=np.zeros((3, 4, 4), np.uint8), labels=np.zeros(4))
    with pytest.raises(DataError, match="must match"):
        open_arrays(tmp_path / "more.npz")


@pytest.mark.parametrize("kind", ["npy", "idx", "float", "columns", "channels first"])
def test_large_files_are_mapped_and_say_the_same(tmp_path, monkeypatch, kind):
    pictures = (
        np.random.default_rng(0).integers(0, 256, (5, 4, 4, 3 if kind == "channels first" else 1)).astype(np.uint8)
    )
    saved = {"float": pictures.astype(np.float32), "columns": np.asfortranarray(pictures)}.get(kind, pictures)
    saved = np.moveaxis(pictures, 3, 1) if kind == "channels first" else saved
    path = tmp_path / "a.npy"
    if kind == "idx":
        path = tmp_path / "a-ubyte"
        path.write_bytes(b"\0\0\x08\x03" + b"".join(n.to_bytes(4, "big") for n in (5, 4, 4)) + pictures.tobytes())
    else:
        np.save(path, saved)
    monkeypatch.setattr("vae_studio.data.mapping.MAPPED_FROM", 0)
    monkeypatch.setattr("vae_studio.data.idx.MAPPED_FROM", 0)
    opened = open_idx(path) if kind == "idx" else open_arrays(path)
    np.testing.assert_array_equal(opened.pictures, pictures)
    root = opened.pictures
    while root.base is not None and not isinstance(root, np.memmap):
        root = root.base
    assert isinstance(root, np.memmap) is (kind in ("npy", "idx")), "bytes in order stay in the file"
