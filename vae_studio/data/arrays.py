"""Pictures in NumPy files: .npy and .npz, never unpickled, never larger in memory than they claim on disk."""

import math
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt
from numpy.lib import format as npy_format

from vae_studio.data.image_set import ImageSet, Pictures
from vae_studio.data.mapping import array_in
from vae_studio.errors import DataError

_PICTURE_KEYS = ("images", "pictures", "x", "X", "data", "imgs", "x_train", "X_train", "train_images", "arr_0")
_LABEL_KEYS = ("labels", "y", "Y", "targets", "y_train", "Y_train", "train_labels", "arr_1")
_LARGEST = 8 << 30  # bytes unpacked; more is taken for a bomb
_SUSPICIOUS = 64 << 20  # from here on, contents that shrink more than _RATIO times are taken for a bomb
_RATIO = 200
_BLOCK = 1024


def open_arrays(path: Path) -> ImageSet:
    """Return the pictures of a .npy or .npz file, with labels where an .npz has them.

    Raises DataError when the file is damaged, needs unpickling, or holds no pictures.
    """
    try:
        return _open_npz(path) if path.suffix.lower() == ".npz" else _open_npy(path)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, KeyError, RuntimeError) as error:
        raise DataError(f"{path} is damaged or is not a NumPy file; save it again with numpy.save.") from error
    except OSError as error:
        raise DataError(f"{path} could not be read: {error.strerror or error}.") from error


def pictures_from(array: npt.NDArray[Any], name: str) -> Pictures:
    """Turn an array [N, H, W], [N, H, W, 1 or 3] or [N, 1 or 3, H, W] into pictures, uint8 [N, H, W, C].

    Bytes stay as they are; numbers may lie in 0..255, in 0..1 or in -1..1, and 16-bit ones in 0..65535.
    Raises DataError when the shape or the range is another one, or when a number is not finite.
    """
    array = _channels_last(array, name)
    if array.size == 0:
        raise DataError(f"{name} holds no picture; choose another file.")
    if array.dtype == np.uint8:
        return np.ascontiguousarray(array)  # bytes in order are not copied: they may be a file larger than memory
    if array.dtype.kind not in "buif":
        raise DataError(f"{name} holds {array.dtype}, not numbers; save the pictures as uint8 or float32.")
    gain, offset = _scale(array, name)
    pictures = np.empty(array.shape, np.uint8)
    for start in range(0, len(array), _BLOCK):
        block = array[start : start + _BLOCK].astype(np.float64)
        pictures[start : start + _BLOCK] = np.clip(np.rint(block * gain + offset), 0, 255).astype(np.uint8)
    return pictures


def _channels_last(array: npt.NDArray[Any], name: str) -> npt.NDArray[Any]:
    if array.ndim == 3:
        return array[..., None]
    if array.ndim == 4 and array.shape[3] in (1, 3):
        return array
    if array.ndim == 4 and array.shape[1] in (1, 3):
        return np.moveaxis(array, 1, 3)
    raise DataError(f"{name} has the shape {list(array.shape)}; pictures need [N, H, W], [N, H, W, 3] or [N, 3, H, W].")


def _scale(array: npt.NDArray[Any], name: str) -> tuple[float, float]:
    """Return gain and offset that bring the numbers to 0..255."""
    low, high = float(array.min()), float(array.max())
    if not (math.isfinite(low) and math.isfinite(high)):
        raise DataError(f"{name} holds numbers that are not finite (NaN or infinity); replace them and try again.")
    whole = array.dtype.kind in "ui"
    if array.dtype.kind == "b" or (not whole and low >= 0 and high <= 1):
        return 255, 0
    if low >= 0 and high <= 255:
        return 1, 0
    if not whole and low >= -1 and high <= 1:
        return 127.5, 127.5
    if whole and low >= 0 and high <= 65535:
        return 1 / 257, 0
    raise DataError(f"{name} holds numbers from {low:g} to {high:g}; pictures need 0 to 1 or 0 to 255.")


def _open_npy(path: Path) -> ImageSet:
    with path.open("rb") as file:
        held = path.stat().st_size
        shape, column_major, dtype = _head(file, held, str(path))
        array = array_in(path, file.tell(), dtype, shape, column_major)
    return ImageSet(path.stem, pictures_from(array, str(path)))


def _open_npz(path: Path) -> ImageSet:
    with zipfile.ZipFile(path) as archive:
        keys = {name.removesuffix(".npy"): name for name in archive.namelist() if name.endswith(".npy")}
        if not keys:
            raise DataError(f"{path} holds no array; save pictures with numpy.savez(file, images=..., labels=...).")
        key = next((key for key in _PICTURE_KEYS if key in keys), None)
        if key is None and len(keys) > 1:
            raise DataError(f"{path} holds {', '.join(sorted(keys)[:8])}; name the array of the pictures 'images'.")
        key = key or next(iter(keys))
        parts = [key, *(other for other in (key.replace("train", "test"),) if other != key and other in keys)]
        pictures = [pictures_from(_member(archive, keys[part], path), f"{part} in {path}") for part in parts]
        labels = _labels(archive, keys, path, parts)
    if len({part.shape[1:] for part in pictures}) > 1:
        raise DataError(f"{path} holds training and test pictures of different sizes; make them equal.")
    held_out_from = len(pictures[0]) if len(parts) > 1 and len(pictures[1]) else None
    every = np.concatenate(pictures) if len(pictures) > 1 else pictures[0]
    return ImageSet(path.stem, every, *_named(labels), held_out_from=held_out_from)


def _labels(archive: zipfile.ZipFile, keys: dict[str, str], path: Path, parts: list[str]) -> npt.NDArray[Any] | None:
    key = next((key for key in _LABEL_KEYS if key in keys), None)
    wanted = [key, key.replace("train", "test")][: len(parts)] if key else []
    if not wanted or any(part not in keys for part in wanted):
        return None
    return np.concatenate([_one_per_picture(_member(archive, keys[part], path), path) for part in wanted])


def _one_per_picture(labels: npt.NDArray[Any], path: Path) -> npt.NDArray[Any]:
    """Return labels as [N], also when they come as [N, 1] or as one column for each class."""
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim == 2 and labels.dtype.kind in "buif" and labels.shape[1] > 1:
        labels = labels.argmax(axis=1)
    if labels.ndim != 1 or labels.dtype.kind not in "buifUS":
        raise DataError(
            f"The labels in {path} are {labels.dtype} {list(labels.shape)}; save one number or word a picture."
        )
    return labels


def _named(labels: npt.NDArray[Any] | None) -> tuple[npt.NDArray[np.int64] | None, tuple[str, ...]]:
    """Return labels as indices and their names, in the order of the values."""
    if labels is None:
        return None, ()
    values, indices = np.unique(labels, return_inverse=True)
    names = (value.decode("utf-8", "replace") if isinstance(value, bytes) else f"{value}" for value in values.tolist())
    return indices.astype(np.int64), tuple(names)


def _member(archive: zipfile.ZipFile, name: str, path: Path) -> npt.NDArray[Any]:
    info = archive.getinfo(name)
    shrunk = info.file_size / max(info.compress_size, 1)
    if info.file_size > _LARGEST or (info.file_size > _SUSPICIOUS and shrunk > _RATIO):
        raise DataError(
            f"{path} would unpack to {info.file_size >> 20} MB, which looks like a trap; save it uncompressed."
        )
    if info.flag_bits & 1:
        raise DataError(f"{path} is locked with a password; save it without one.")
    with archive.open(info) as file:
        return _read(file, info.file_size, f"{name} in {path}")


def _read(file: IO[bytes], held: int, name: str) -> npt.NDArray[Any]:
    """Read one array of at most `held` bytes, header included; never unpickles."""
    shape, column_major, dtype = _head(file, held, name)
    wanted = math.prod(shape) * dtype.itemsize
    content = file.read(wanted)
    if len(content) < wanted:
        raise DataError(_too_short(name, shape))
    return np.frombuffer(content, dtype).reshape(shape, order="F" if column_major else "C")


def _head(file: IO[bytes], held: int, name: str) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Read what an array of at most `held` bytes says about itself: shape, whether column by column, type."""
    version = npy_format.read_magic(file)
    if version not in ((1, 0), (2, 0)):
        raise DataError(f"{name} is written in a NumPy format that holds no pictures; save a plain array.")
    read_header = npy_format.read_array_header_1_0 if version == (1, 0) else npy_format.read_array_header_2_0
    shape, column_major, dtype = read_header(file)
    if dtype.hasobject:
        raise DataError(f"{name} holds Python objects, which could run code and are not loaded; save numbers.")
    if math.prod(shape) * dtype.itemsize > held - file.tell() or min(shape, default=0) < 0:
        raise DataError(_too_short(name, shape))
    return shape, column_major, dtype


def _too_short(name: str, shape: tuple[int, ...]) -> str:
    return f"{name} says that it holds {list(shape)} numbers but is too short for them; save it again."
