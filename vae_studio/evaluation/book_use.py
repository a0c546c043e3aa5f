"""How much of a code book is used."""

import math
from dataclasses import dataclass

import numpy as np
import torch

from vae_studio.latent.book import perplexity
from vae_studio.models.codebook import Codebook
from vae_studio.models.vae import VAE
from vae_studio.training.batches import PictureStore, in_order

_BATCH = 1000


@dataclass(frozen=True)
class BookUse:
    """Figures of a code book on some pictures."""

    entries: int
    used: int  # entries that some picture uses
    perplexity: float  # how many entries, used alike, would tell as much
    places: int  # entries in a code
    bits_per_picture: float  # what a code costs under the prior


def book_use(model: VAE, book: Codebook, store: PictureStore, indices: np.ndarray, kl: float) -> BookUse:
    """Count the entries that the pictures at `indices` use; `kl` is what a code costs, in nats."""
    counts = torch.zeros(len(book), dtype=torch.int64)
    with torch.inference_mode(), model.in_float32():
        for batch in in_order(indices, _BATCH):
            chosen = book.indices(model.encode(store.batch(batch)).mu)
            counts += torch.bincount(chosen.flatten().cpu(), minlength=len(book))
    return BookUse(len(book), int((counts > 0).sum()), perplexity(counts.numpy()), book.places, kl / math.log(2))
