"""One measured figure beside what it is measured against."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """A value and its peer, in the same unit."""

    name: str
    value: float
    unit: str
    peer: float | None = None  # of another program, or a figure to reach
    reached: bool | None = None  # whether the value is as good as promised; None where nothing is promised

    @property
    def ratio(self) -> float | None:
        """The value as a share of the peer's."""
        return self.value / self.peer if self.peer else None

    def line(self) -> str:
        """Return name, value, unit, the peer's value and the ratio in one line."""
        peer = "-" if self.peer is None else f"{self.peer:.4g}"
        ratio = "-" if self.ratio is None else f"{self.ratio:.3f}"
        verdict = "" if self.reached is None else ("  reached" if self.reached else "  MISSED")
        return f"{self.name:<44} {self.value:>10.4g} {self.unit:<12} {peer:>10} {ratio:>8}{verdict}"

    def to_dict(self) -> dict[str, Any]:
        """Return the figure by names, with its ratio."""
        return asdict(self) | {"ratio": self.ratio}
