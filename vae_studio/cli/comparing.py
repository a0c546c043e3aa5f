"""The command that trains runs beside each other: compare."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vae_studio.cli.arguments import DataRootOption, DeviceOption, JsonOption
from vae_studio.cli.recipe_options import (
    EpochsOption,
    LatentDimOption,
    PicturesArgument,
    PresetOption,
    RecipeOption,
    SettingsOption,
    recipe_of,
)
from vae_studio.errors import TrainingError, UsageError
from vae_studio.plural import counted

if TYPE_CHECKING:
    from vae_studio.export.comparison.comparison import Comparison
    from vae_studio.runs.experiment import Experiment

_MANY = 24  # runs that are begun without asking


def compare(
    *,
    source: PicturesArgument = None,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=V1,V2,...",
            help="A value of the recipe and what it is set to in turn, like objective.beta=1,4,16; may be repeated.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="DIR", help="The experiment's folder.", show_default=False)
    ],
    seeds: Annotated[str, typer.Option(metavar="0,1,2", help="Each setting is trained under each seed.")] = "0",
    preset: PresetOption = None,
    recipe: RecipeOption = None,
    settings: SettingsOption = None,
    epochs: EpochsOption = None,
    latent_dim: LatentDimOption = None,
    device: DeviceOption = "auto",
    data_root: DataRootOption = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=f"Train more than {_MANY} runs without asking.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Train runs that differ in a few values, and put them on one sheet.

    DIR then holds the sheet (sheet.html), tables (settings.csv, runs.csv) and the runs. Given again, the command goes
    on where it was stopped, and more values or seeds add runs.
    """
    from vae_studio.cli.progress import job_progress
    from vae_studio.device import choose_device
    from vae_studio.runs.experiment import Experiment
    from vae_studio.runs.variation import Variation, seeds_of, trials

    named = {"training.epochs": epochs, "network.latent_dim": latent_dim}
    chosen = recipe_of(source, preset, recipe, settings or [], named, data_root)
    queue = trials(chosen, [Variation.parse(text) for text in vary or []], seeds_of(seeds))
    with job_progress() as progress:
        experiment = Experiment(output, chosen, queue, choose_device(device), progress)
    _ask(experiment, yes)
    _run(experiment)
    _report(experiment, as_json)


def _ask(experiment: "Experiment", yes: bool) -> None:
    """Raise UsageError where many runs are asked for and nobody has said yes to them."""
    from vae_studio.cli.progress import duration

    pending = experiment.pending
    if len(pending) > _MANY and not yes:
        seconds = experiment.seconds()
        told = f"which takes about {duration(seconds)} here" if math.isfinite(seconds) else "for how long is not known"
        raise UsageError(
            f"This trains {counted(len(pending), 'run')}, {told}; add --yes to train them all, or vary fewer values."
        )


def _run(experiment: "Experiment") -> None:
    from vae_studio.cli.interrupts import Interrupts, StoppedError
    from vae_studio.cli.progress import experiment_progress
    from vae_studio.runs.experiment import Halted

    with Interrupts() as interrupts, experiment_progress(len(experiment.trials)) as show:
        for event in experiment.run(interrupts.wanted):
            show(event)
            if isinstance(event, Halted):
                raise StoppedError(
                    f"Stopped and saved in run {event.number + 1} of {len(experiment.trials)} ({event.trial.title}); "
                    "the same command goes on from there.",
                    interrupts.signal_number,
                )


def _report(experiment: "Experiment", as_json: bool) -> None:
    from vae_studio.cli.output import print_json, print_lines, remark

    comparison = experiment.comparison()
    asked = {trial.name for trial in experiment.trials}
    lost = [one for one in comparison.outcomes if one.state != "finished" and one.name in asked]
    if len(lost) == len(asked):
        raise TrainingError(f"No run could be finished; the first, {lost[0].name}, {lost[0].state}: {lost[0].sentence}")
    if as_json:
        print_json(_as_values(experiment, comparison))
        return
    for outcome in lost:
        remark(f"{outcome.name} {outcome.state}: {outcome.sentence}")
    sheet = experiment.folder.path / "sheet.html"
    print_lines([*_lines(comparison), f"The sheet is {sheet}; tables and runs lie beside it."])


def _as_values(experiment: "Experiment", comparison: "Comparison") -> dict[str, Any]:
    from vae_studio.export.comparison.outcome import COLUMNS

    groups = []
    for group in comparison.groups:
        figures = {column.key: group.figure(column.key) for column in COLUMNS}
        groups.append(
            {
                "settings": dict(group.outcomes[0].settings),
                "runs": len(group.outcomes),
                "finished": sum(outcome.state == "finished" for outcome in group.outcomes),
                "means": {key: figure.mean for key, figure in figures.items() if figure},
                "standard_errors": {key: figure.error for key, figure in figures.items() if figure},
            }
        )
    path = experiment.folder.path
    runs = [outcome.to_dict() | {"run": str(path / "runs" / outcome.name)} for outcome in comparison.outcomes]
    return {"folder": str(path), "sheet": str(path / "sheet.html"), "settings": groups, "runs": runs}


def _lines(comparison: "Comparison") -> list[str]:
    """Return the figures of all settings as a table for people."""
    from vae_studio.export.comparison.outcome import COLUMNS

    columns = [column for column in COLUMNS if column.key in comparison.columns()]
    rows = [[*comparison.keys, "runs", *(column.title for column in columns)]]
    for group in comparison.groups:
        values = dict(group.settings)
        cells = [values.get(key, "") for key in comparison.keys]
        cells.append(str(sum(outcome.state == "finished" for outcome in group.outcomes)))
        for column in columns:
            figure = group.figure(column.key)
            error = "" if figure is None or figure.error is None else f" +- {figure.error:.{column.decimals}f}"
            cells.append("-" if figure is None else f"{figure.mean:.{column.decimals}f}{error}")
        rows.append(cells)
    return _aligned(rows)


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
