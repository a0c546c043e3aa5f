"""The prior over the entries of a code: each place is told from those before it, row by row."""

import torch
from torch import Tensor, nn


class IndexPrior(nn.Module):
    """p(k_1, ..., k_P) = prod_t p(k_t | k_1, ..., k_(t-1)), by one recurrent layer.

    A place knows all that came before it from the layer's state, and its left and upper neighbours at first hand
    (as van den Oord et al., 2016, but without convolutions: a grid of codes is small).
    """

    def __init__(self, entries: int, rows: int, columns: int, hidden: int) -> None:
        super().__init__()
        self.rows, self.columns, self.none = rows, columns, entries  # `none` stands where there is no neighbour
        self.left = nn.Embedding(entries + 1, hidden)
        self.above = nn.Embedding(entries + 1, hidden)
        self.place = nn.Parameter(torch.zeros(rows * columns, hidden))
        self.memory = nn.GRU(hidden, hidden, batch_first=True)
        self.logits = nn.Linear(hidden, entries)

    def log_prob(self, indices: Tensor) -> Tensor:
        """Return log p of codes, entries [N, P], [N], in nats."""
        states, _ = self.memory(self._seen(indices))
        log_p = torch.log_softmax(self.logits(states), dim=2)
        return log_p.gather(2, indices[:, :, None]).sum(dim=(1, 2))

    @torch.no_grad()
    def sample(self, count: int, generator: torch.Generator) -> Tensor:
        """Draw the entries of so many codes, [count, P]."""
        places = self.rows * self.columns
        indices = torch.full((count, places), self.none, device=self.place.device)
        state: Tensor | None = None
        for place in range(places):
            # Only what is seen at this place counts, and all of it is drawn already.
            now, state = self.memory(self._seen(indices)[:, place : place + 1], state)
            chance = torch.softmax(self.logits(now[:, 0]), dim=1)
            indices[:, place] = torch.multinomial(chance, 1, generator=generator)[:, 0]
        return indices

    def _seen(self, indices: Tensor) -> Tensor:
        """Return what each place is told of its neighbours, [N, P, hidden]."""
        start = indices.new_full((len(indices), self.columns), self.none)
        left = torch.cat([start[:, :1], indices[:, :-1]], dim=1)
        above = torch.cat([start, indices], dim=1)[:, : indices.shape[1]]
        seen: Tensor = self.left(left) + self.above(above) + self.place
        return seen
