"""Labels as a condition, for an encoder and a decoder of any kind (Sohn, Lee and Yan, 2015)."""

import torch
from torch import Tensor, nn

from vae_studio.models.layers import CodeLinear


class LabelledEncoder(nn.Module):
    """An encoder that sees one more channel: a learned picture of the label.

    One channel for all labels keeps the first layer small, where a channel for each would make it ten times as large.
    """

    def __init__(self, encoder: nn.Module, classes: int, shape: tuple[int, int, int]) -> None:
        super().__init__()
        self.encoder = encoder  # [N, C + 1, H, W] -> [N, 2 D]
        self.height, self.width, _ = shape
        self.channel = CodeLinear(classes, self.height * self.width, bias=False)
        nn.init.normal_(self.channel.weight, std=0.5)  # about as bright as pictures are

    def forward(self, x: Tensor, labels: Tensor) -> Tensor:
        channel = self.channel(one_hot(labels, self.channel.in_features))
        planes = channel.view(-1, 1, self.height, self.width).to(x.dtype)
        head: Tensor = self.encoder(torch.cat([x, planes], dim=1).contiguous(memory_format=torch.channels_last))
        return head


class LabelledDecoder(nn.Module):
    """A decoder whose codes are followed by a one for their label among zeros."""

    def __init__(self, decoder: nn.Module, classes: int) -> None:
        super().__init__()
        self.decoder = decoder  # [N, D + classes] -> [N, C, H, W]
        self.classes = classes

    def forward(self, z: Tensor, labels: Tensor) -> Tensor:
        output: Tensor = self.decoder(torch.cat([z, one_hot(labels, self.classes).to(z.dtype)], dim=1))
        return output


def one_hot(labels: Tensor, classes: int) -> Tensor:
    """Return labels [N] as ones among zeros, [N, classes]; a picture without a label (-1) has no one."""
    # torch's own looks whether all labels fit, and a step that looks at numbers cannot be recorded.
    return (labels[:, None] == torch.arange(classes, device=labels.device)).float()
