"""The recipe of a run: everything that decides what comes out, readable and writable as TOML."""

import contextlib
import tomllib
from typing import Any

from pydantic import Field, ValidationError, field_validator

from vae_studio.catalogue import Catalogue, Options
from vae_studio.data.options import DataOptions
from vae_studio.errors import UsageError
from vae_studio.models.catalogue import NETWORKS, AutoOptions, NetworkOptions, ResidualOptions
from vae_studio.models.priors.catalogue import PRIORS, NormalPriorOptions, PriorOptions
from vae_studio.objectives.catalogue import LIKELIHOODS, OBJECTIVES
from vae_studio.objectives.likelihood_options import BernoulliOptions, LikelihoodOptions
from vae_studio.objectives.objective_options import ObjectiveOptions, VaeOptions
from vae_studio.runs.recipe_faults import sentence, unknown
from vae_studio.training.options import TrainingOptions

_CHOICES: dict[str, Catalogue] = {
    "network": NETWORKS,
    "prior": PRIORS,
    "likelihood": LIKELIHOODS,
    "objective": OBJECTIVES,
}


class Recipe(Options):
    """Pictures, network, prior, likelihood, objective and training."""

    data: DataOptions = DataOptions()
    network: NetworkOptions = AutoOptions()
    prior: PriorOptions = NormalPriorOptions()
    likelihood: LikelihoodOptions = BernoulliOptions()
    objective: ObjectiveOptions = VaeOptions()
    training: TrainingOptions = Field(default_factory=TrainingOptions)

    @field_validator("network", "prior", "likelihood", "objective", mode="before")
    @classmethod
    def _choose(cls, value: object, info: Any) -> object:
        if not isinstance(value, dict):
            return value
        catalogue = _CHOICES[info.field_name]
        kind = value.get("kind", cls.model_fields[info.field_name].default.kind)
        options = catalogue[str(kind)].options
        try:
            return options.model_validate(value)
        except ValidationError as error:
            raise UsageError(sentence(error, options, info.field_name)) from error

    def with_values(self, values: dict[str, Any]) -> "Recipe":
        """Return a copy with values changed, given as {"training.epochs": 5}; a bare "epochs" works where it is unique.

        Changing a `kind` keeps the values that were chosen and that the new kind can have as well.
        Raises UsageError in one sentence.
        """
        parts = {name: dict(getattr(self, name)) for name in type(self).model_fields}
        # Kinds first: they decide which other keys there are.
        for key, value in sorted(values.items(), key=lambda item: not item[0].endswith("kind")):
            section, name = _place(key, parts)
            if name == "kind" and section in _CHOICES:
                parts[section] = _switched(section, str(value), parts[section])
            else:
                parts[section][name] = value
        return self.from_parts(parts)

    def to_toml(self) -> str:
        """Return the recipe as TOML text."""
        lines = []
        for section in type(self).model_fields:
            lines.append(f"[{section}]")
            lines += [f"{key} = {_toml(value)}" for key, value in getattr(self, section)]
            lines.append("")
        return "\n".join(lines)

    @classmethod
    def from_toml(cls, text: str) -> "Recipe":
        """Read a recipe, whole or in parts; what is missing keeps its default. Raises UsageError in one sentence."""
        try:
            return _as_meant(cls.from_parts(tomllib.loads(text)))
        except tomllib.TOMLDecodeError as error:
            raise UsageError(f"The recipe is not valid TOML: {error}.") from error
        except RecursionError as error:
            raise UsageError("The recipe is nested too deeply to be one.") from error

    @classmethod
    def from_parts(cls, parts: dict[str, Any]) -> "Recipe":
        """Make a recipe of nested values; what is missing keeps its default. Raises UsageError in one sentence."""
        try:
            return cls.model_validate(parts)
        except ValidationError as error:
            raise UsageError(sentence(error, cls)) from error


def _as_meant(recipe: Recipe) -> Recipe:
    """Return a recipe as it was meant when it was written: whole, but before residual blocks could have one layer."""
    given = recipe.network.model_fields_set
    whole = given >= {"kind", "latent_dim", "width", "blocks"}
    if isinstance(recipe.network, ResidualOptions) and whole and "layers" not in given:
        return recipe.with_values({"network.layers": 2})
    return recipe


def homes(name: str) -> list[str]:
    """Return the parts of a recipe in which a value may have this name."""
    plain = [
        part for part, options in (("data", DataOptions), ("training", TrainingOptions)) if name in options.model_fields
    ]
    return [*plain, *(part for part in _CHOICES if _owners(part, name))]


def _place(key: str, parts: dict[str, dict[str, Any]]) -> tuple[str, str]:
    section, dot, name = key.partition(".")
    if dot:
        if section in parts and name in parts[section]:
            return section, name
        if section in parts and (owners := _owners(section, name)):
            raise UsageError(
                f"The {section} {parts[section]['kind']!r} has no {name}; it belongs to {_listed(owners)}."
            )
        shown = [section] if section in parts else list(parts)
        raise UsageError(unknown(key, [f"{part}.{name}" for part in shown for name in parts[part]]))
    homes = [part for part, values in parts.items() if key in values]
    if len(homes) == 1:
        return homes[0], key
    if homes:
        raise UsageError(
            f"{key!r} is in several parts of the recipe; write {' or '.join(f'{home}.{key}' for home in homes)}."
        )
    raise UsageError(unknown(key, sorted({name for values in parts.values() for name in values} - {"kind"})))


def _listed(names: list[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _owners(section: str, name: str) -> list[str]:
    """Return the kinds that have a value."""
    rows = _CHOICES[section].values() if section in _CHOICES else ()
    return [row.name for row in rows if name in row.options.model_fields]


def _switched(section: str, kind: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of another kind: what was chosen before stays where the new kind can have it."""
    old, new = (_CHOICES[section][name].options for name in (values["kind"], kind))
    kept: dict[str, Any] = {"kind": kind}
    for name in new.model_fields.keys() & old.model_fields.keys() - {"kind"}:
        if values[name] != old.model_fields[name].default:  # a default of the old kind was not a choice
            with contextlib.suppress(ValidationError):  # the same name, but another range
                new.model_validate(kept | {name: values[name]})
                kept[name] = values[name]
    return dict(new.model_validate(kept))


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return repr(value)


def _quoted(text: str) -> str:
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in '\\"':
        return f"\\{character}"
    if character.isprintable():
        return character
    code = ord(character)
    if 0xD800 <= code < 0xE000:
        raise UsageError("A name in the recipe is not valid Unicode; rename the file or folder.")
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"
