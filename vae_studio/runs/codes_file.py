"""The codes of all pictures as safetensors bytes; readable without torch, so that a map can be drawn at once."""

from typing import Any

import numpy as np
import safetensors
import safetensors.numpy

from vae_studio.data.image_set import Labels
from vae_studio.errors import RunError
from vae_studio.latent.book import Book
from vae_studio.latent.book_prior import BookPrior
from vae_studio.latent.codes import Codes
from vae_studio.latent.prior import NORMAL, POINTS, CodePrior, MixturePrior, PointPrior, SpherePrior


def codes_bytes(codes: Codes, labels: Labels | None) -> bytes:
    """Return the posteriors and labels of all pictures."""
    arrays: dict[str, Any] = {"mu": codes.mu, "log_var": codes.log_var, **_prior_arrays(codes.prior)}
    if labels is not None:
        arrays["labels"] = labels
    return safetensors.numpy.save(arrays)


def read_codes(content: bytes) -> tuple[Codes, Labels | None]:
    """Return what `codes_bytes` wrote, as float32; raises RunError when it is something else."""
    try:
        arrays = safetensors.numpy.load(content)
        labels = arrays.get("labels")
        codes = Codes(arrays["mu"].astype(np.float32), arrays["log_var"].astype(np.float32), _prior(arrays))
        return codes, None if labels is None else labels.astype(np.int64)
    except (safetensors.SafetensorError, KeyError, ValueError) as error:
        raise RunError("The run's codes cannot be read; encode the pictures again.") from error


def _prior_arrays(prior: CodePrior) -> dict[str, Any]:
    if isinstance(prior, MixturePrior):
        return {"prior_mu": prior.mu, "prior_log_var": prior.log_var}
    if isinstance(prior, BookPrior):
        return {"prior_entries": np.ascontiguousarray(prior.book.entries)}
    if isinstance(prior, PointPrior):
        return {"prior_points": np.ones(1, np.uint8)}
    return {"prior_sphere": np.ones(1, np.uint8)} if isinstance(prior, SpherePrior) else {}


def _prior(arrays: dict[str, Any]) -> CodePrior:
    if "prior_entries" in arrays:
        entries = arrays["prior_entries"].astype(np.float32)
        if entries.ndim != 2 or not entries.size or arrays["mu"].shape[1] % entries.shape[1]:
            raise ValueError("a code book of other codes")
        return BookPrior(Book(entries, arrays["mu"].shape[1] // entries.shape[1]))
    if "prior_points" in arrays:
        return POINTS
    if "prior_mu" not in arrays:
        return SpherePrior() if "prior_sphere" in arrays else NORMAL
    mu, log_var = arrays["prior_mu"].astype(np.float32), arrays["prior_log_var"].astype(np.float32)
    if mu.ndim != 2 or mu.shape != log_var.shape or mu.shape[1] != arrays["mu"].shape[1] or not len(mu):
        raise ValueError("a prior of other codes")
    return MixturePrior(mu, log_var)
