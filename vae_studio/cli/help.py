"""Help that lists what the catalogues hold, read only when help is asked for."""

from collections.abc import Callable
from typing import Any

from typer.core import TyperCommand


def _paths() -> str:
    from vae_studio.latent.paths import PATHS

    return _list(list(PATHS))


def _presets() -> str:
    from vae_studio.resources import resource

    return _list(sorted(path.stem for path in resource("presets").glob("*.toml")))


def _networks() -> str:
    from vae_studio.models.catalogue import NETWORKS

    return _list(list(NETWORKS))


def _objectives() -> str:
    from vae_studio.objectives.catalogue import OBJECTIVES

    return _list(list(OBJECTIVES))


def _likelihoods() -> str:
    from vae_studio.objectives.catalogue import LIKELIHOODS

    return _list(list(LIKELIHOODS))


def _metrics() -> str:
    from vae_studio.evaluation.metrics.catalogue import METRICS

    return _list(list(METRICS))


def _tables() -> str:
    from vae_studio.export.table import TABLES

    return _list([f".{name}" for name in TABLES])


def _film_suffixes() -> str:
    from vae_studio.export.film_formats import FILM_FORMATS, film_format

    formats = [film_format(name) for name in FILM_FORMATS]
    return _list([one.suffixes[0] for one in formats if one.suffixes and one.default])


def _film_formats() -> str:
    from vae_studio.export.film_formats import FILM_FORMATS

    return _list(list(FILM_FORMATS))


def _film_options() -> str:
    from vae_studio.export.film_formats import FILM_FORMATS

    rows = [row for row in FILM_FORMATS.values() if row.options.model_fields]
    return "; ".join(f"{', '.join(row.options.model_fields)} ({row.name})" for row in rows)


_FILLED: dict[str, Callable[[], str]] = {
    "{paths}": _paths,
    "{presets}": _presets,
    "{networks}": _networks,
    "{objectives}": _objectives,
    "{likelihoods}": _likelihoods,
    "{metrics}": _metrics,
    "{tables}": _tables,
    "{film suffixes}": _film_suffixes,
    "{film formats}": _film_formats,
    "{film options}": _film_options,
}


class CatalogueCommand(TyperCommand):
    """A command whose options' help may hold {paths}, {presets}, {tables} and the like."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Fill the lists in and write the help."""
        for param in self.params:
            text = getattr(param, "help", None) or ""
            for mark, names in _FILLED.items():
                if mark in text:
                    text = text.replace(mark, names())
                    setattr(param, "help", text)  # noqa: B010  not every kind of parameter declares it
        super().format_help(ctx, formatter)


def _list(names: list[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last
