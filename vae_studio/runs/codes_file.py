"""The codes of all pictures as safetensors bytes; readable without torch, so that a map can be drawn at once."""

import numpy as np
import numpy.typing as npt
import safetensors
import safetensors.numpy

from vae_studio.errors import RunError
from vae_studio.latent.codes import Codes

Labels = npt.NDArray[np.int64]  # [N]


def codes_bytes(codes: Codes, labels: Labels | None) -> bytes:
    """Return the posteriors and labels of all pictures."""
    arrays: dict[str, npt.NDArray[np.generic]] = {"mu": codes.mu, "log_var": codes.log_var}
    if labels is not None:
        arrays["labels"] = labels
    return safetensors.numpy.save(arrays)


def read_codes(content: bytes) -> tuple[Codes, Labels | None]:
    """Return what `codes_bytes` wrote, as float32; raises RunError when it is something else."""
    try:
        arrays = safetensors.numpy.load(content)
        labels = arrays.get("labels")
        codes = Codes(arrays["mu"].astype(np.float32), arrays["log_var"].astype(np.float32))
        return codes, None if labels is None else labels.astype(np.int64)
    except (safetensors.SafetensorError, KeyError, ValueError) as error:
        raise RunError("The run's codes cannot be read; encode the pictures again.") from error
