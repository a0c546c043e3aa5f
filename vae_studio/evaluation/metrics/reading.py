"""One figure that was read off a model."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """A value under a name for scripts and a title for people."""

    name: str
    title: str
    value: float
    note: str = ""  # what it was measured on, or what it is to be compared with

    @property
    def text(self) -> str:
        """The value with its note."""
        return f"{self.value:.3f} ({self.note})" if self.note else f"{self.value:.3f}"
