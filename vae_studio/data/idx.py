"""IDX files, the format of MNIST and its relatives (http://yann.lecun.com/exdb/mnist), plain or gzipped."""

import gzip
import io
import math
import zlib
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
import numpy.typing as npt

from vae_studio.data.image_set import ImageSet
from vae_studio.data.mapping import MAPPED_FROM, array_in
from vae_studio.errors import DataError

_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_DEFLATE_RATIO = 1032  # no deflate stream grows more than this
_LARGEST = 8 << 30  # bytes; a larger gzipped file is taken for a bomb
_MOST_AXES = 8


def looks_like_idx(path: Path) -> bool:
    """Tell from the first bytes whether a file is IDX; raises DataError when it cannot be opened."""
    try:
        with _opened(path) as file:
            head = file.read(4)
    except (OSError, EOFError, zlib.error):
        return False
    return len(head) == 4 and head[:2] == b"\0\0" and head[2] in _TYPES and 0 < head[3] <= _MOST_AXES


def read_idx(path: Path) -> npt.NDArray[Any]:
    """Return the array in an IDX file, in the machine's byte order.

    Raises DataError when the file is missing, is not IDX, or holds less than its header says.
    """
    try:
        with _opened(path) as file:
            return _read(file, path)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{path} is damaged or cut short; get it again.") from error
    except OSError as error:
        raise DataError(f"{path} could not be read: {error.strerror or error}.") from error


def open_idx(path: Path) -> ImageSet:
    """Return the pictures of an IDX file, with the labels from the file beside it that differs in "labels" only."""
    pictures = read_pictures(path)
    labels_file = _labels_beside(path)
    labels = read_labels(labels_file) if labels_file else None
    names = tuple(str(number) for number in range(int(labels.max()) + 1)) if labels is not None and len(labels) else ()
    return ImageSet(path.name.split(".")[0], pictures, labels, names)


def read_pictures(path: Path) -> npt.NDArray[np.uint8]:
    """Return the pictures of an IDX file, uint8 [N, H, W, C]; raises DataError when it holds something else."""
    array = read_idx(path)
    if array.ndim == 1:
        raise DataError(f"{path} holds labels, not pictures; give the file with the pictures that lies beside it.")
    if array.dtype != np.uint8 or not (array.ndim == 3 or (array.ndim == 4 and array.shape[3] in (1, 3))):
        raise DataError(f"{path} holds {array.dtype} {list(array.shape)}, not pictures of bytes [N, H, W].")
    if 0 in array.shape:
        raise DataError(f"{path} holds no picture; choose another file.")
    return array.reshape(*array.shape[:3], -1)


def read_labels(path: Path) -> npt.NDArray[np.int64]:
    """Return the labels of an IDX file, [N]; of several per picture the first."""
    array = read_idx(path)
    if (
        array.ndim > 2
        or array.dtype.kind not in "ui"
        or (array.size and int(array.min()) < 0)
        or array.shape[1:] == (0,)
    ):
        raise DataError(f"{path} holds {array.dtype} {list(array.shape)}, not labels counted from 0.")
    return (array if array.ndim == 1 else array[:, 0]).astype(np.int64)


def _opened(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _read(file: BinaryIO, path: Path) -> npt.NDArray[Any]:
    head = file.read(4)
    if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in _TYPES or not 0 < head[3] <= _MOST_AXES:
        raise DataError(f"{path} is not an IDX file; give a file like train-images-idx3-ubyte.")
    dtype = np.dtype(_TYPES[head[2]])
    sizes = file.read(4 * head[3])
    if len(sizes) < 4 * head[3]:
        raise DataError(f"{path} ends within its header; get it again.")
    shape = tuple(int.from_bytes(sizes[i : i + 4], "big") for i in range(0, len(sizes), 4))
    wanted = math.prod(shape) * dtype.itemsize
    held = path.stat().st_size
    if wanted > min(held * _DEFLATE_RATIO, _LARGEST) if path.suffix == ".gz" else wanted > held - 4 - len(sizes):
        raise DataError(f"{path} says that it holds {list(shape)} numbers but is too short for them; get it again.")
    begins = 4 + len(sizes)
    if path.suffix != ".gz" and wanted >= MAPPED_FROM and wanted == held - begins and dtype.itemsize == 1:
        return array_in(path, begins, dtype, shape)
    content = np.empty(wanted, np.uint8)
    if _fill(file, content.data) < wanted:
        raise DataError(f"{path} says that it holds {list(shape)} numbers but is too short for them; get it again.")
    if file.read(1):
        raise DataError(f"{path} holds more than the {list(shape)} numbers that its header names; get it again.")
    return content.view(dtype).reshape(shape).astype(dtype.newbyteorder("="), copy=False)


def _fill(file: BinaryIO, place: memoryview) -> int:
    """Read until a place is full or the file ends; return how many bytes came."""
    done = 0
    while done < len(place) and (more := cast(io.BufferedIOBase, file).readinto(place[done:])):
        done += more
    return done


def _labels_beside(path: Path) -> Path | None:
    name = path.name.replace("images", "labels").replace("idx3", "idx1")
    bare = name.removesuffix(".gz")
    for candidate in (name, bare, bare + ".gz"):
        if candidate != path.name and path.with_name(candidate).is_file():
            return path.with_name(candidate)
    return None
