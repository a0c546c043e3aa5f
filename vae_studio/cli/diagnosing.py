"""The command that examines: diagnose."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vae_studio.cli.arguments import DeviceOption, JsonOption, RunArgument
from vae_studio.errors import UsageError

if TYPE_CHECKING:
    from vae_studio.evaluation.finding import Finding
    from vae_studio.runs.health import CheckUp


def diagnose(
    path: RunArgument,
    remedy: Annotated[
        bool, typer.Option("--remedy", help="Train a new run with the recipe that helps; -o says where.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="NEWRUN", help="The new run folder.", show_default=False)
    ] = None,
    device: DeviceOption = "auto",
    as_json: JsonOption = False,
) -> None:
    """Say in plain words whether a run is sound, on what evidence, and what would help.

    A run is healthy, not learned, diverging, over-regularised, collapsed, collapsing, overfitting, or its codes do not
    match the prior. Without a KL it is judged by what comes back, beside what the mean picture would do. With --remedy
    the next run is trained at once and saved in NEWRUN.
    """
    from vae_studio.cli.output import print_json, print_lines, remark
    from vae_studio.cli.progress import job_progress
    from vae_studio.cli.training import train_and_report
    from vae_studio.device import choose_device
    from vae_studio.runs.check_up import check_up
    from vae_studio.runs.run import Run, start_run
    from vae_studio.runs.store import RunFolder

    if remedy != (output is not None):
        raise UsageError("A remedy needs a place for the new run: vae-studio diagnose RUN --remedy -o NEWRUN.")
    folder = RunFolder.open(path)
    chosen = choose_device(device)
    with job_progress() as progress:
        run = Run.load(folder, chosen, progress=progress)
        found = check_up(run, progress)
    if output is None:
        print_json(found.to_dict()) if as_json else print_lines(_lines(found))
        return
    if found.remedy is None:
        raise UsageError(f"There is no remedy to try. {found.finding.sentence}")
    remark(f"{_named(found.finding)} {found.remedy.sentence}")
    with job_progress() as progress:
        cure = start_run(found.remedy.applied_to(run.recipe), chosen, output, progress, run.images)
    train_and_report(cure, as_json)


def _lines(found: "CheckUp") -> list[str]:
    lines = []
    for finding in found.findings:
        lines.append(_named(finding))
        width = max((len(name) for name, _ in finding.evidence), default=0)
        lines += [f"  {name:<{width}}  {value}" for name, value in finding.evidence]
    if found.remedy is not None:
        lines.append(f"Remedy: {found.remedy.sentence} Try it with: --remedy -o NEWRUN")
    return lines


def _named(finding: "Finding") -> str:
    return f"{str(finding.condition).capitalize()}: {finding.sentence}"
