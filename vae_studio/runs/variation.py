"""What an experiment varies, and the runs that follow from it."""

import hashlib
import itertools
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vae_studio.errors import UsageError
from vae_studio.export.comparison.outcome import shown
from vae_studio.runs.recipe import Recipe, homes

_LONGEST = 80  # letters of a run's name
_SEED_KEYS = ("seed", "training.seed")


@dataclass(frozen=True)
class Variation:
    """One value of the recipe, and what it is set to in turn."""

    key: str
    values: tuple[Any, ...]

    @classmethod
    def parse(cls, text: str) -> "Variation":
        """Read "objective.beta=1,4,16"; lists are written [512],[512, 256]. Raises UsageError in one sentence."""
        key, equals, values = text.partition("=")
        if not equals or not key.strip():
            raise UsageError(f"{text!r} is nothing to vary; write KEY=VALUE,VALUE, like objective.beta=1,4,16.")
        return cls.of(key.strip(), values)

    @classmethod
    def of(cls, key: str, text: str) -> "Variation":
        """Read the values of a key with commas between them; raises UsageError in one sentence."""
        values = _values(text)
        if not values:
            raise UsageError(f"There is no value of {key} to try; write some with commas between them, like 1,4,16.")
        if key in _SEED_KEYS:
            raise UsageError("Seeds are not varied like other values: give them as seeds, like 0,1,2.")
        seen: list[str] = []
        for value in map(shown, values):
            if value in seen:
                raise UsageError(f"{key} is given the value {value} twice; give each value once.")
            seen.append(value)
        return cls(key, tuple(values))


@dataclass(frozen=True)
class Trial:
    """One run to be made."""

    name: str  # of its folder
    settings: Mapping[str, Any]  # what is varied
    seed: int
    recipe: Recipe

    @classmethod
    def of(cls, recipe: Recipe, settings: Mapping[str, Any], seed: int) -> "Trial":
        """Make a run of a recipe with some values set; raises UsageError when that cannot be."""
        try:
            varied = recipe.with_values({**settings, "training.seed": seed})
        except UsageError as error:
            raise UsageError(_with_settings(settings, str(error))) from error
        return cls(_name(settings, seed), settings, seed, varied)

    @property
    def title(self) -> str:
        """What tells it from the others."""
        told = [f"{key.rpartition('.')[2]} {shown(value)}" for key, value in self.settings.items()]
        return ", ".join([*told, f"seed {self.seed}"])


def trials(recipe: Recipe, variations: Sequence[Variation], seeds: Sequence[int]) -> list[Trial]:
    """Return a run for each combination of values under each seed; raises UsageError for the first that cannot be."""
    keys = [variation.key for variation in variations]
    if doubled := next((key for key in keys if keys.count(key) > 1), None):
        raise UsageError(f"{doubled} is varied twice; give all of its values at once.")
    if not seeds or len(set(seeds)) < len(seeds):
        raise UsageError("Give one seed or more, each once, like 0,1,2.")
    made: list[Trial] = []
    for values in itertools.product(*(variation.values for variation in variations)):
        settings = dict(zip(keys, values, strict=True))
        made += [Trial.of(recipe, settings, seed) for seed in seeds]
    return made


def seeds_of(text: str) -> tuple[int, ...]:
    """Read seeds with commas between them; raises UsageError in one sentence."""
    try:
        return tuple(int(part) for part in text.split(",") if part.strip())
    except ValueError:
        raise UsageError(f"{text!r} are no seeds; write whole numbers with commas between them, like 0,1,2.") from None


def _with_settings(settings: Mapping[str, Any], sentence: str) -> str:
    told = ", ".join(f"{key}={shown(value)}" for key, value in settings.items())
    return f"With {told}: {sentence}" if len(settings) > 1 else sentence


def _values(text: str) -> list[Any]:
    """Read TOML values with commas between them; where it is none, each part is a value or a word."""
    whole = _toml(f"[{text}]")
    if isinstance(whole, list):
        return whole
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return [part if (value := _toml(part)) is None else value for part in parts]


def _toml(text: str) -> Any:
    try:
        table = tomllib.loads(f"value = {text}")
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    value = table["value"]
    plain = isinstance(value, bool | int | float | str | list)
    return value if plain and len(table) == 1 else None


def _name(settings: Mapping[str, Any], seed: int) -> str:
    """Return the name of a run's folder; other settings never get the same one."""
    words = [f"{_short(key)}-{_exact(value)}" for key, value in settings.items()]
    plain = "_".join([*words, f"seed-{seed}"])
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", plain)
    parted = not any("_" in _exact(value) for value in settings.values())  # else a value may look like two
    if name == plain and parted and len(name) <= _LONGEST:
        return name
    told = repr(sorted((key, _exact(value)) for key, value in settings.items()))
    return f"{name[: _LONGEST - 20]}-{hashlib.sha256(told.encode()).hexdigest()[:8]}_seed-{seed}"


def _short(key: str) -> str:
    """Return a key without its part of the recipe, where no other part has such a value."""
    name = key.rpartition(".")[2]
    return name if len(homes(name)) < 2 else key


def _exact(value: Any) -> str:
    """Return a value as it is shown, and with all its digits where that would lose some."""
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_exact, value)) + "]"
    told = shown(value)
    return repr(value) if isinstance(value, float) and float(told) != value else told
