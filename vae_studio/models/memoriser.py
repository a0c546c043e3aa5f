"""The memoriser: a dense decoder that learns a few pictures by heart, from codes that say nothing of them."""

from itertools import pairwise

import torch
from torch import Tensor, nn

from vae_studio.models.catalogue import MemoriserOptions
from vae_studio.models.layers import CodeLinear, FlatPictures, FlatRows, glorot


class Recogniser(nn.Module):
    """Gives each picture the code of its number; pictures are numbered as training first meets them.

    Once all numbers are taken, and where nothing is trained, a picture counts as the nearest one that is known.
    """

    pictures: Tensor  # [P, H W C]
    known: Tensor  # []
    codes: Tensor  # [P, D]

    def __init__(self, codes: Tensor, pixels: int) -> None:
        super().__init__()
        self.register_buffer("pictures", torch.zeros(len(codes), pixels))
        self.register_buffer("known", torch.zeros((), dtype=torch.long))
        self.register_buffer("codes", codes)

    def forward(self, rows: Tensor) -> Tensor:
        rows = rows.float()
        if torch.is_grad_enabled() and int(self.known) < len(self.codes):
            self._meet(rows)
        known = self.pictures[: max(1, int(self.known))]
        squared = (rows[:, None] - known).square().sum(dim=2)
        mu = self.codes[squared.argmin(dim=1)]
        return torch.cat([mu, torch.zeros_like(mu)], dim=1)

    def knows(self, rows: Tensor) -> Tensor:
        """Return which pictures [N, H W C] have a number of their own, [N]."""
        found = torch.zeros(len(rows), dtype=torch.bool, device=rows.device)
        for picture in self.pictures[: int(self.known)]:  # one by one: there are few, and rows may be long
            found |= (rows == picture).all(dim=1)
        return found

    def _meet(self, rows: Tensor) -> None:
        """Give a number to each picture that is new."""
        with torch.no_grad():
            for row in rows:
                count = int(self.known)
                if count < len(self.codes) and not (self.pictures[:count] == row).all(dim=1).any():
                    self.pictures[count] = row
                    self.known.add_(1)


def build(options: MemoriserOptions, shape: tuple[int, int, int]) -> tuple[nn.Module, nn.Module]:
    """Return a recogniser [N, C, H, W] -> [N, 2 D] in the encoder's place and a decoder [N, D] -> [N, C, H, W]."""
    height, width, channels = shape
    pixels = height * width * channels
    codes = _codes(options, options.code_length(shape))
    decoder = nn.Sequential(
        CodeLinear(codes.shape[1], options.widths[0]),
        nn.ReLU(),
        *(layer for below, above in pairwise(options.widths) for layer in (nn.Linear(below, above), nn.ReLU())),
        nn.Linear(options.widths[-1], pixels),
        FlatPictures(*shape),
    )
    decoder.apply(glorot)
    return nn.Sequential(FlatRows(), Recogniser(codes, pixels)), decoder


def _codes(options: MemoriserOptions, length: int) -> Tensor:
    if options.codes == "constant":
        return torch.ones(options.pictures, length)
    if options.codes == "one-hot":
        return torch.eye(options.pictures)
    return torch.randn(options.pictures, length)
