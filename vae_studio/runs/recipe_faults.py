"""Sentences for what is wrong with a recipe."""

import difflib
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ValidationError

_MUST = {
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
    "literal_error": "{expected}",
    "too_long": "a list of {max_length} values or fewer",
    "too_short": "a list of {min_length} value or more",
}
_KINDS = {  # the beginnings of pydantic's names for faults of type
    "int": "a whole number",
    "float": "a number",
    "finite_number": "a finite number",
    "bool": "true or false",
    "string": "text in quotes",
    "tuple": "a list, like [512, 256]",
    "model": "a table of values",
    "dict": "a table of values",
}


def sentence(error: ValidationError, model: type[BaseModel], *above: str) -> str:
    """Return one sentence on the first fault that validating `model`, which lies under `above`, has found."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in (*above, *first["loc"]))
    if first["type"] == "extra_forbidden":
        return unknown(where, _siblings(model, first["loc"], above))
    return f"The recipe's {where} cannot be {_shown(first['input'])}: it must be {_must(first)}."


def unknown(where: str, known: Iterable[str]) -> str:
    """Return the sentence on a value that no recipe has, with the nearest one that it has."""
    known = list(known)
    near = difflib.get_close_matches(where, known, n=1)
    return f"The recipe has no value {where!r}; " + (
        f"did you mean {near[0]!r}?" if near else f"it has {', '.join(known)}."
    )


def _siblings(model: type[BaseModel], location: tuple[int | str, ...], above: tuple[str, ...]) -> list[str]:
    fields = model.model_fields
    for part in location[:-1]:
        inner = fields[str(part)].annotation
        if not isinstance(inner, type) or not issubclass(inner, BaseModel):
            return []
        fields = inner.model_fields
    return [".".join(str(part) for part in (*above, *location[:-1], name)) for name in fields]


def _must(fault: Any) -> str:
    form = _MUST.get(fault["type"])
    if form is not None:
        return form.format(**{name: str(limit).removesuffix(".0") for name, limit in fault["ctx"].items()})
    return next((text for start, text in _KINDS.items() if fault["type"].startswith(start)), "of another kind")


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
