"""A pace of learning of one's own, as a discriminator has beside the networks it judges."""

from dataclasses import dataclass

from torch import nn


@dataclass(frozen=True)
class Pace:
    """How some weights learn, whatever the schedule of all others: by Adam, with steps of one size throughout."""

    rate: float
    betas: tuple[float, float]


class Paced(nn.Sequential):
    """Layers that learn at a pace of their own."""

    pace: Pace

    def __init__(self, *layers: nn.Module, pace: Pace) -> None:
        super().__init__(*layers)
        self.pace = pace
