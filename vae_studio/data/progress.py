"""The way long jobs report how far they are and learn that they should stop."""

from collections.abc import Callable

Progress = Callable[[float, str], None]  # fraction in 0..1 (-1: unknown) and a sentence; raises CancelledError to stop


def silent(_fraction: float, _sentence: str) -> None:
    """Report to nobody."""
