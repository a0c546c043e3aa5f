"""Arrays that stay in their file: the system reads what is needed and drops what is not."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

MAPPED_FROM = 64 << 20  # bytes; smaller arrays are read at once, which is as quick and leaves the file free


def array_in(
    path: Path, offset: int, dtype: npt.DTypeLike, shape: tuple[int, ...], column_major: bool = False
) -> npt.NDArray[Any]:
    """Return the array that begins at a byte of a file: mapped, read-only, when it is large, else read.

    Raises OSError, and ValueError when the file is too short.
    """
    wanted = math.prod(shape) * np.dtype(dtype).itemsize
    if offset + wanted > path.stat().st_size:
        raise ValueError("the file is too short")
    if wanted >= MAPPED_FROM:
        return np.asarray(np.memmap(path, dtype, "r", offset, shape, "F" if column_major else "C"))
    with path.open("rb") as file:
        file.seek(offset)
        content = np.fromfile(file, np.uint8, wanted)
    array: npt.NDArray[Any] = content.view(dtype)
    return array.reshape(shape[::-1]).T if column_major else array.reshape(shape)
