"""Values of a recipe as people write them after `--set`."""

import tomllib
from typing import Any

from vae_studio.errors import UsageError


def parse_settings(settings: list[str]) -> dict[str, Any]:
    """Read `key=value` words; raises UsageError for one without a key or a value."""
    values: dict[str, Any] = {}
    for setting in settings:
        key, equals, text = setting.partition("=")
        if not equals or not key.strip():
            raise UsageError(f"{setting!r} is not a setting; write key=value, like training.epochs=5.")
        values[key.strip()] = parse_value(text.strip())
    return values


def parse_value(text: str) -> Any:
    """Read a TOML value; numbers with commas between them are a list, and anything else is the word itself."""
    value = _toml(text)
    if value is None and "," in text:
        parts = [_toml(part.strip()) for part in text.split(",") if part.strip()]
        if parts and all(isinstance(part, int | float) for part in parts):
            return parts
    return text if value is None else value


def _toml(text: str) -> Any:
    try:
        table = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return None
    value = table["value"]
    plain = isinstance(value, bool | int | float | str | list)  # a day or a table is no value of a recipe
    return value if plain and len(table) == 1 else None
