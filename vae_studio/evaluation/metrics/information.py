"""The mutual information of pictures and codes under the posterior (Hoffman and Johnson, 2016)."""

import math

import torch
from torch import Tensor

from vae_studio.data.progress import Progress
from vae_studio.errors import UnsuitableError
from vae_studio.evaluation.metrics.reading import Reading
from vae_studio.evaluation.metrics.subject import Subject, spread
from vae_studio.models.posterior import DiagonalGaussian
from vae_studio.plural import counted
from vae_studio.training.batches import in_order

_PICTURES = 5000
_BATCH = 500
_ROWS = 1 << 22  # numbers in one block of densities


def information(subject: Subject, progress: Progress) -> list[Reading]:
    """Return I(x; z) over held-out pictures, its bound log N, and what is left of the KL: the codes' distance."""
    if not subject.objective.has_prior:
        raise UnsuitableError("A code without a posterior tells everything; there is no information to measure.")
    if subject.model.codebook is not None:
        raise UnsuitableError(
            "Entries of a code book have no density; how much they tell is given in bits per picture."
        )
    chosen = spread(subject.measured, _PICTURES)
    with torch.inference_mode(), subject.model.in_float32():
        given, store = subject.store.given, subject.store
        parts = [given(subject.model, batch).encode(store.batch(batch)) for batch in in_order(chosen, _BATCH)]
        if not all(isinstance(part, DiagonalGaussian) for part in parts):
            raise UnsuitableError("The information of this kind of posterior is not known how to measure.")
        posterior = DiagonalGaussian(*(torch.cat([getattr(p, name) for p in parts]) for name in ("mu", "log_var")))
        z = posterior.reparameterize(subject.generator())
        value = mutual_information(posterior, z, progress)
    bound = math.log(len(chosen))
    note = f"nats; {counted(len(chosen), 'held-out picture')} can show {bound:.2f} at most"
    return [
        Reading("mutual_information", "Mutual information I(x; z)", value, note),
        Reading("mutual_information_bound", "Its bound, log N", bound, "nats"),
    ]


def mutual_information(posterior: DiagonalGaussian, z: Tensor, progress: Progress) -> float:
    """Return the mean of log q(z|x) - log q(z) in nats, for a code z [N, D] of each of N posteriors.

    q(z) is the mean of the N posteriors, so the value cannot exceed log N.
    """
    count, dim = z.shape
    rows = max(1, _ROWS // (count * dim))
    total = 0.0
    for start in range(0, count, rows):
        some = z[start : start + rows]
        under_all = posterior.log_prob_per_dim(some[:, None]).sum(dim=2)  # [rows, N]
        own = under_all[torch.arange(len(some)), torch.arange(start, start + len(some))]
        aggregate = under_all.double().logsumexp(dim=1) - math.log(count)
        total += float((own.double() - aggregate).sum())
        progress(min(1.0, (start + rows) / count), "")
    return total / count
