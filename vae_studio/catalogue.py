"""Catalogues: what can be chosen by name, each row with its options; forms and `--help` are built from them."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from pydantic import BaseModel, ConfigDict

from vae_studio.errors import UsageError


def hint_of(name: str, known: Iterable[str]) -> str:
    """Return the end of a sentence that says which known name an unknown one may stand for, or lists them all."""
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {near[0]!r}?" if near else f"choose one of {', '.join(names)}."


class Options(BaseModel):
    """Frozen, validated values; each field carries its label, help and range for forms and `--help`."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


@dataclass(frozen=True)
class Row:
    """One thing that can be chosen: its name, what people read about it, and where its code lies."""

    name: str
    title: str
    summary: str
    target: str  # "package.module:attribute", imported only when asked for, so that listing needs no torch
    options: type[Options] = Options

    def load(self) -> Any:
        """Import and return the code behind the row."""
        module, _, attribute = self.target.partition(":")
        return getattr(import_module(module), attribute)


class Catalogue(Mapping[str, Row]):
    """Rows by name, in the order they are shown."""

    def __init__(self, noun: str, *rows: Row) -> None:
        self.noun = noun
        self._rows = {row.name: row for row in rows}

    def __getitem__(self, name: str) -> Row:
        """Return a row; raises UsageError that names the nearest ones."""
        try:
            return self._rows[name]
        except KeyError:
            raise UsageError(f"There is no {self.noun} called {name!r}; {hint_of(name, self._rows)}") from None

    def __contains__(self, name: object) -> bool:
        return name in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)
