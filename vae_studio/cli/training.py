"""The commands that train: train and resume."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vae_studio.cli.arguments import DataRootOption, DeviceOption, JsonOption, RunArgument
from vae_studio.cli.recipe_options import (
    EpochsOption,
    LatentDimOption,
    PicturesArgument,
    PresetOption,
    RecipeOption,
    SettingsOption,
    recipe_of,
)
from vae_studio.errors import UsageError
from vae_studio.plural import counted

if TYPE_CHECKING:
    from vae_studio.runs.run import Run


def train(
    *,
    source: PicturesArgument = None,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="RUN", help="The new run folder.", show_default=False)
    ],
    preset: PresetOption = None,
    recipe: RecipeOption = None,
    settings: SettingsOption = None,
    epochs: EpochsOption = None,
    latent_dim: LatentDimOption = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="The same seed gives the same run.", show_default=False)
    ] = None,
    device: DeviceOption = "auto",
    data_root: DataRootOption = None,
    as_json: JsonOption = False,
) -> None:
    """Train on pictures and save the run.

    Ctrl-C stops and saves; `vae-studio resume RUN` goes on from there. Ends with the figures of `evaluate`.
    """
    from vae_studio.cli.output import remark
    from vae_studio.cli.progress import job_progress
    from vae_studio.device import choose_device
    from vae_studio.runs.recipe_file import course_at
    from vae_studio.runs.run import start_run

    named = {"training.epochs": epochs, "network.latent_dim": latent_dim, "training.seed": seed}
    chosen = recipe_of(source, preset, recipe, settings or [], named, data_root)
    if recipe is not None and (told := course_at(recipe).remark()):
        remark(told)
    with job_progress() as progress:
        run = start_run(chosen, choose_device(device), output, progress)
    train_and_report(run, as_json)


def resume(
    path: RunArgument,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Epochs in all; without it, finish what was stopped.", show_default=False)
    ] = None,
    device: DeviceOption = "auto",
    as_json: JsonOption = False,
) -> None:
    """Finish a training that was stopped, or add epochs."""
    from vae_studio.cli.progress import job_progress
    from vae_studio.device import choose_device
    from vae_studio.runs.run import Run
    from vae_studio.runs.store import RunFolder

    folder = RunFolder.open(path)
    with job_progress() as progress:
        run = Run.load(folder, choose_device(device), progress=progress)
    if epochs is not None:
        run.extend(epochs)
    elif run.finished:
        done = run.state.position.epoch
        raise UsageError(
            f"This run has all of its {counted(done, 'epoch')}; "
            f"train on to twice as many with: vae-studio resume {_shown(folder.path)} --epochs {2 * done}"
        )
    train_and_report(run, as_json)


def train_and_report(run: "Run", as_json: bool) -> None:
    """Train a run that is ready, and print its figures."""
    from vae_studio.cli.interrupts import Interrupts, StoppedError
    from vae_studio.cli.output import print_json, print_lines, remark, remark_skipped
    from vae_studio.cli.progress import duration, job_progress, training_progress
    from vae_studio.cli.report import report_lines
    from vae_studio.training.events import SetBack, Stopped

    remark_skipped(run.images.skipped)
    path = run.folder.path if run.folder is not None else Path()
    with Interrupts() as interrupts, training_progress(run.objective.has_prior) as show:
        for event in run.train(interrupts.wanted):
            show(event)
            if isinstance(event, SetBack):
                remark(event.sentence)
    position, epochs = run.state.position, run.recipe.training.epochs
    if isinstance(event, Stopped):
        raise StoppedError(
            f"Stopped and saved after {event.progress.epoch:.1f} of {counted(epochs, 'epoch')}; "
            f"go on with: vae-studio resume {_shown(path)}",
            interrupts.signal_number,
        )
    with job_progress() as progress:
        report = run.evaluate(progress)
    done = {"run": str(path), "epochs": position.epoch, "seconds": position.seconds, "device": run.device.name}
    if as_json:
        print_json({**report.to_dict(), **done})
        return
    print_lines(
        [
            f"Trained {run.images.name} for {counted(position.epoch, 'epoch')} "
            f"in {duration(position.seconds)} ({run.device.title}).",
            *report_lines(report, run.measured),
            f"Saved in {_shown(path)}; look at it with: vae-studio open {_shown(path)}",
        ]
    )


def _shown(path: Path) -> str:
    """Return a path as it can be typed here."""
    import shlex

    with contextlib.suppress(ValueError):
        path = path.relative_to(Path.cwd())
    return shlex.quote(str(path))
