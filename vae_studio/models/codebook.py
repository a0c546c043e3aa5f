"""The code book of a VQ-VAE: entries that codes are made of (van den Oord, Vinyals and Kavukcuoglu, 2017)."""

import torch
from torch import Tensor, nn

_ALIVE = 0.03  # of an even share: an entry that is used less often is dead
_JITTER = 1e-2  # of how far the vectors spread, so that no two entries begin in one place


class Codebook(nn.Module):
    """K entries of d numbers; a code [N, P d] has one of them at each of its P places.

    The entries follow the mean of the vectors that choose them (appendix A.1), or learn by gradient. Nothing changes
    but in `follow`, which training calls.
    """

    entries: Tensor  # [K, d]
    sizes: Tensor  # [K], how many vectors of a step choose each entry, a running mean
    sums: Tensor  # [K, d], the running sum of those vectors
    begun: Tensor  # [], 0 until the entries lie among the vectors

    def __init__(self, entries: int, width: int, places: int, by_gradient: bool = False) -> None:
        super().__init__()
        self.places = places
        start = torch.randn(entries, width)
        if by_gradient:
            self.entries = nn.Parameter(start)
        else:
            self.register_buffer("entries", start)
        self.register_buffer("sizes", torch.zeros(entries))
        self.register_buffer("sums", torch.zeros(entries, width))
        self.register_buffer("begun", torch.zeros(()))

    def __len__(self) -> int:
        return len(self.entries)

    def indices(self, z: Tensor) -> Tensor:
        """Return the nearest entry at each place of codes z [N, P d], [N, P]."""
        with torch.no_grad():
            vectors = z.reshape(-1, self.entries.shape[1])
            # |v - e|^2 but for |v|^2, which is the same for all entries.
            distances = self.entries.square().sum(dim=1) - 2 * vectors @ self.entries.T
            return distances.argmin(dim=1).view(len(z), self.places)

    def lookup(self, indices: Tensor) -> Tensor:
        """Return the codes [N, P d] of entries [N, P]; gradients reach the entries."""
        return self.entries[indices].flatten(1)

    def snap(self, z: Tensor) -> Tensor:
        """Return codes z [N, P d] with their nearest entries in their place; gradients go straight through to z."""
        return z + (self.lookup(self.indices(z)) - z).detach()

    @torch.no_grad()
    def follow(self, z: Tensor, decay: float, restart: bool, generator: torch.Generator) -> None:
        """Move the entries after the codes z [N, P d] of a step; dead ones begin anew at a vector drawn from them.

        Entries that learn by gradient are only counted, and begun anew. Nothing is read back from the device.
        """
        vectors = z.reshape(-1, self.entries.shape[1])
        fresh = self._drawn(vectors, generator)
        self.entries.copy_(torch.where(self.begun == 0, fresh, self.entries))
        chosen = self.indices(z).flatten()
        counts = torch.zeros_like(self.sizes).index_add_(0, chosen, torch.ones_like(chosen).to(self.sizes))
        sums = torch.zeros_like(self.sums).index_add_(0, chosen, vectors.to(self.sums))
        keep = torch.where(self.begun == 0, 0.0, decay)
        self.sizes.copy_(keep * self.sizes + (1 - keep) * counts)
        self.sums.copy_(keep * self.sums + (1 - keep) * sums)
        if not isinstance(self.entries, nn.Parameter):
            mean = self.sums / self.sizes.clamp(min=1e-6)[:, None]
            self.entries.copy_(torch.where(self.sizes[:, None] > 1e-3, mean, self.entries))
        self.begun.fill_(1)
        if restart:
            share = len(vectors) / len(self)
            dead = self.sizes[:, None] < _ALIVE * share
            self.entries.copy_(torch.where(dead, fresh, self.entries))
            self.sums.copy_(torch.where(dead, fresh * share, self.sums))
            self.sizes.copy_(torch.where(dead[:, 0], share, self.sizes))

    def _drawn(self, vectors: Tensor, generator: torch.Generator) -> Tensor:
        """Return as many of the vectors as there are entries, drawn at random, a little aside."""
        rows = torch.empty(len(self), device=vectors.device).uniform_(generator=generator)
        chosen = vectors[(rows * len(vectors)).long().clamp(max=len(vectors) - 1)]
        aside = torch.empty_like(chosen).normal_(generator=generator)
        return chosen + _JITTER * vectors.std(dim=0, correction=0) * aside
