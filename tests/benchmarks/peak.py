"""This machine's own peak: square matrix products in float32 and bfloat16, as torch does them."""

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import torch

from tests.benchmarks.figure import Figure

_SIDE, _ROUNDS = 2048, 9


def measure(data: Path) -> Iterator[Figure]:
    """Multiply two 2048-cube matrices in both precisions."""
    for name, dtype in (("float32", torch.float32), ("bfloat16", torch.bfloat16)):
        yield Figure(f"peak.{name}", matrix_rate(dtype) / 1e9, "GFLOP/s")


def matrix_rate(dtype: torch.dtype) -> float:
    """Return the floating-point operations per second of a matrix product, the median of several."""
    matrix = torch.rand(_SIDE, _SIDE).to(dtype)
    seconds = []
    for _ in range(_ROUNDS + 2):
        start = time.perf_counter()
        torch.mm(matrix, matrix)
        seconds.append(time.perf_counter() - start)
    return 2 * _SIDE**3 / statistics.median(seconds[2:])
