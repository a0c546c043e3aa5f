"""What can be seen under the points."""

import math
from dataclasses import dataclass

DECODED, SUPPORT = "decoded", "support"


@dataclass(frozen=True)
class LandKind:
    """One kind of land."""

    name: str
    title: str
    tip: str
    cells: int  # across and down a tile, which is about 96 pixels wide
    bar: str = ""  # what its colours mean; none for pictures
    table: str = "magma"
    percent: bool = False  # values from 0 to 100
    logarithmic: bool = False  # values are logarithms

    def written(self, value: float) -> str:
        """Return how a value is written beside the colour bar."""
        if self.percent:
            return f"{value:.0f} %"
        shown = math.exp(min(value, 700.0)) if self.logarithmic else value
        return f"{shown:,.0f}" if 100 <= abs(shown) < 1e6 else f"{shown:.2g}"


LANDS = {
    kind.name: kind
    for kind in (
        LandKind("none", "Nothing", "Show the points alone", 1),
        LandKind(DECODED, "Decoded pictures", "Show what the decoder draws at every place", 2),
        LandKind(
            "density", "Density", "Show how much data lies at every place, by the posteriors of all pictures", 8,
            "log density, nats",
        ),
        LandKind(
            "stretch", "Stretch", "Show by how much the decoder magnifies: bright where pictures change fast", 4,
            "magnification", logarithmic=True,
        ),
        LandKind(
            SUPPORT, "Support", "Show how many of 100 real codes lie in emptier places", 4,
            "support", percent=True,
        ),
    )
}  # fmt: skip
