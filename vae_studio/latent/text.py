"""Codes as people write them: 0.3,-1.2."""

import numpy as np

from vae_studio.errors import UsageError
from vae_studio.latent.codes import Floats
from vae_studio.plural import counted


def parse_code(text: str, dim: int) -> Floats:
    """Read a code, z [D], from numbers with commas between them.

    Raises UsageError when they are not `dim` finite numbers.
    """
    parts = [part.strip() for part in text.strip().strip("()[]").split(",")]
    example = ",".join(["0.3", "-1.2", "0"][:dim]) + (",…" if dim > 3 else "")
    if len(parts) != dim:
        numbers = counted(dim, "number")
        raise UsageError(f"A code of this model has {numbers}, but {text!r} has {len(parts)}; write it like {example}.")
    return np.array([_number(part, text, example) for part in parts], np.float32)


def format_code(z: Floats) -> str:
    """Write a code, z [D], so that `parse_code` reads back exactly the same float32 numbers."""
    return ",".join(str(value).removesuffix(".0") for value in np.asarray(z, np.float32))


def _number(part: str, text: str, example: str) -> float:
    try:
        value = float(part)
    except ValueError:
        raise UsageError(f"{part!r} in the code {text!r} is not a number; write a code like {example}.") from None
    with np.errstate(over="ignore"):
        finite = np.isfinite(np.float32(value))
    if not finite:
        raise UsageError(f"{part!r} in the code {text!r} is not a finite number; write a code like {example}.")
    return value
