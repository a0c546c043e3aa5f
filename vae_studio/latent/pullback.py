"""The metric that a decoder pulls back into the code space: J^T J, how much the picture changes per step."""

import sys
import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

from vae_studio.data.progress import Progress, silent

Doubles = npt.NDArray[np.float64]
Metric = Callable[[Any, Any], Doubles]  # codes [N, D], directions [K, D] -> [N, K, K]

_HELD = 1 << 22  # numbers of derivatives in memory at a time, 16 MB


def pullback(
    decode: Any, codes: npt.ArrayLike, directions: npt.ArrayLike | None = None, progress: Progress = silent
) -> Doubles:
    """Return G = (J V)^T (J V) at codes [N, D], [N, K, K]; V are the rows of `directions` [K, D], by default all axes.

    `decode` maps a torch tensor z [N, D] on the CPU to pictures [N, ...], each row for itself. The derivatives are
    exact: one forward-mode pass for each direction (Shao, Kumar, Fletcher 2018, section 3), never a matrix of all
    pixels by all codes. Codes that are not finite get nan.
    """
    import torch

    codes = np.atleast_2d(np.asarray(codes, np.float32))
    ways = np.eye(codes.shape[1], dtype=np.float32) if directions is None else np.asarray(directions, np.float32)
    metric = np.full((len(codes), len(ways), len(ways)), np.nan)
    good = np.flatnonzero(np.isfinite(codes).all(axis=1))
    if len(good) == 0 or len(ways) == 0:
        return metric
    _load_forward_mode()
    # Forward mode needs ordinary tensors, also where the caller's thread only infers.
    with torch.inference_mode(False), torch.no_grad():
        steps = torch.from_numpy(ways)
        z = torch.from_numpy(codes[good])
        at_a_time = _rows_at_a_time(decode, z[:1], len(ways))
        for start in range(0, len(good), at_a_time):
            progress(start / len(good), "Measuring the stretch.")
            rows = good[start : start + at_a_time]
            metric[rows] = _gram(decode, z[start : start + at_a_time], steps)
    return metric


def _rows_at_a_time(decode: Any, one: Any, directions: int) -> int:
    pixels = int(decode(one).numel())
    return max(1, min(256, _HELD // max(1, pixels * directions)))


def _gram(decode: Any, z: Any, steps: Any) -> Doubles:
    """Return the scalar products of the pictures' changes along each direction, [n, K, K]."""
    import torch

    def along(step: Any) -> Any:
        return torch.func.jvp(decode, (z,), (step.expand_as(z),))[1].reshape(len(z), -1)

    changes = torch.func.vmap(along)(steps)  # [K, n, P]; the pictures themselves are computed once for all directions
    gram: Doubles = torch.einsum("inp,jnp->nij", changes, changes).double().numpy()
    return gram


def _load_forward_mode() -> None:
    """Import what torch imports at the first forward-mode pass, without its warning to torch's own developers."""
    rules = "torch._decomp.decompositions_for_jvp"
    if rules not in sys.modules:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            import_module(rules)
