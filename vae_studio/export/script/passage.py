"""A passage of a script: the lines that one choice of the recipe adds to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from textwrap import dedent, indent
from typing import Any, TypeVar

from vae_studio.errors import UsageError

Shape = tuple[int, int, int]  # H, W, C
T = TypeVar("T")


@dataclass(frozen=True)
class Passage:
    """Constants for the head of a script, functions or classes for its middle, and an expression for its loop."""

    constants: tuple[str, ...] = ()
    text: str = ""
    expression: str = ""


def plain(text: str) -> str:
    """Return a passage without the margin it has in the program's own source."""
    return dedent(text).strip("\n")


def within(lines: list[str], spaces: int) -> str:
    """Return lines one below the other, each indented and with a comma."""
    return indent("".join(f"{line},\n" for line in lines), " " * spaces).rstrip("\n")


def writer_of(noun: str, kind: str, writers: Mapping[str, Callable[..., T]]) -> Callable[..., T]:
    """Return what writes a kind; raises UsageError that names the kinds that can be written."""
    if kind not in writers:
        *others, last = writers
        raise UsageError(
            f"The {noun} {kind} is too long for a short script; one can be written for {', '.join(others)} and {last}."
        )
    return writers[kind]


def named(**values: Any) -> tuple[str, ...]:
    """Return lines that give values their names."""
    return tuple(f"{name} = {value!r}" for name, value in values.items())
