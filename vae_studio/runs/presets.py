"""Ready recipes, read from resources/presets."""

import tomllib
from dataclasses import dataclass, field
from typing import Any

from vae_studio.catalogue import hint_of
from vae_studio.errors import UsageError
from vae_studio.resources import resource
from vae_studio.runs.recipe import Recipe

DEFAULT = "balanced"


@dataclass(frozen=True)
class Preset:
    """A named starting point."""

    name: str
    title: str
    summary: str
    recipe: Recipe
    data: dict[str, Any] = field(default_factory=dict)  # what it says of the pictures, like {"data.limit": 1}


def presets() -> dict[str, Preset]:
    """Return all presets by name, the default one first."""
    found = [_read(path.stem, path.read_text(encoding="utf-8")) for path in sorted(resource("presets").glob("*.toml"))]
    return {preset.name: preset for preset in sorted(found, key=lambda preset: preset.name != DEFAULT)}


def preset(name: str) -> Preset:
    """Return one preset; raises UsageError that names the nearest, or lists them all."""
    known = presets()
    if name not in known:
        raise UsageError(f"There is no preset {name!r}; {hint_of(name, known)}")
    return known[name]


def _read(name: str, text: str) -> Preset:
    parts = tomllib.loads(text)
    about = parts.pop("preset")
    data = {f"data.{key}": value for key, value in parts.get("data", {}).items()}
    return Preset(name, about["title"], about["summary"], Recipe.from_parts(parts), data)
