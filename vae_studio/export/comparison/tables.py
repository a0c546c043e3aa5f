"""The figures of an experiment as CSV: a row for each setting, and a row for each run."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from vae_studio.export.comparison.comparison import Comparison
from vae_studio.export.comparison.outcome import COLUMNS, shown
from vae_studio.files import write_bytes

SETTINGS, RUNS = "settings.csv", "runs.csv"


def write_tables(folder: Path, comparison: Comparison) -> None:
    """Write both tables into a folder; raises ExportError."""
    write_bytes(folder / SETTINGS, _csv(_settings_head(comparison), _settings_rows(comparison)))
    write_bytes(folder / RUNS, _csv(_runs_head(comparison), _runs_rows(comparison)))


def _settings_head(comparison: Comparison) -> list[str]:
    figures = [name for column in COLUMNS for name in (column.key, f"{column.key}_standard_error")]
    return [*comparison.keys, "runs", "finished", *figures]


def _settings_rows(comparison: Comparison) -> Iterable[list[object]]:
    for group in comparison.groups:
        values = dict(group.settings)
        row: list[object] = [values.get(key, "") for key in comparison.keys]
        row += [len(group.outcomes), sum(outcome.state == "finished" for outcome in group.outcomes)]
        for column in COLUMNS:
            figure = group.figure(column.key)
            row += ["", ""] if figure is None else [figure.mean, "" if figure.error is None else figure.error]
        yield row


def _runs_head(comparison: Comparison) -> list[str]:
    return ["run", *comparison.keys, "seed", "state", *(column.key for column in COLUMNS), "why"]


def _runs_rows(comparison: Comparison) -> Iterable[list[object]]:
    for outcome in comparison.outcomes:
        values = [shown(outcome.settings[key]) if key in outcome.settings else "" for key in comparison.keys]
        known = [outcome.figures.get(column.key) for column in COLUMNS]
        figures = ["" if figure is None else figure for figure in known]
        yield [outcome.name, *values, outcome.seed, outcome.state, *figures, outcome.sentence]


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue().encode()
