"""The command that measures: evaluate."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vae_studio.cli.arguments import DataRootOption, DeviceName, DeviceOption, JsonOption, RunArgument

if TYPE_CHECKING:
    from vae_studio.data.image_set import ImageSet
    from vae_studio.data.progress import Progress
    from vae_studio.evaluation.metrics.subject import Subject
    from vae_studio.runs.store import RunFolder


OtherPictures = Annotated[
    str | None,
    typer.Argument(
        metavar="[SOURCE]",
        help="Other pictures to measure on; without it, the run's held-out ones.",
        show_default=False,
    ),
]


MetricsOption = Annotated[
    str, typer.Option(metavar="NAMES", help="Measure these as well, with commas between: {metrics}; or all.")
]
SamplesOption = Annotated[
    int,
    typer.Option(min=0, max=1_000_000, help="Importance samples per picture for the likelihood; 0: the usual 100."),
]
BatchOption = Annotated[
    int,
    typer.Option(min=0, max=100_000, help="Pictures decoded at a time; 0: the usual 250. Fewer take less memory."),
]


def evaluate(
    path: RunArgument,
    source: OtherPictures = None,
    metrics: MetricsOption = "",
    samples: SamplesOption = 0,
    batch: BatchOption = 0,
    data_root: DataRootOption = None,
    device: DeviceOption = "auto",
    as_json: JsonOption = False,
) -> None:
    """Measure a run on pictures it was not trained on.

    The figures are nats per image: the negative ELBO with its two parts, and the likelihood; and the active units.
    Of a SOURCE its own test part is measured, or all of its pictures where it has none; of the run's own SOURCE only
    the held-out ones. Pictures of another size or colour are brought to the run's.
    """
    from vae_studio.cli.output import print_json, print_lines, remark_resized, remark_skipped
    from vae_studio.cli.progress import job_progress
    from vae_studio.cli.report import reading_lines, report_lines
    from vae_studio.evaluation.report import Effort
    from vae_studio.runs.measuring import measure_run
    from vae_studio.runs.store import RunFolder

    names = _names(metrics)
    folder = RunFolder.open(path)
    with job_progress() as progress:
        images = None if is_own(folder, source) else open_for(folder, str(source), data_root, progress)
        subject, noun = _subject(folder, images, device, "frechet" in names, progress)
        found = measure_run(subject, names, Effort(samples, batch), progress)
    if images is not None:
        remark_skipped(images.skipped)
        remark_resized(images)
    if as_json:
        print_json(found.to_dict())
    else:
        print_lines([*report_lines(found.report, noun), *reading_lines(found.readings)])


def _subject(
    folder: "RunFolder", images: "ImageSet | None", device: DeviceName, download: bool, progress: "Progress"
) -> "tuple[Subject, str]":
    """Return what is measured, and what its pictures are called."""
    from vae_studio.device import choose_device
    from vae_studio.runs.measuring import other_subject, own_subject
    from vae_studio.runs.run import Run

    chosen = choose_device(device)
    if images is None or images.fingerprint == folder.facts.get("fingerprint"):
        run = Run.load(folder, chosen, images, progress)
        return own_subject(run, download), run.measured
    return other_subject(folder, images, chosen, download), f"pictures of {images.name}"


def _names(metrics: str) -> list[str]:
    """Return the metrics that were asked for; raises UsageError for one that is none, before anything is loaded."""
    from vae_studio.evaluation.metrics.catalogue import METRICS

    names = [name.strip() for name in metrics.split(",") if name.strip()]
    return [name if name == "all" else METRICS[name].name for name in names]


def is_own(folder: "RunFolder", source: str | None) -> bool:
    """Tell whether a source is what the run was trained on; then only its held-out part may be measured."""
    from vae_studio.runs.recipe_file import read_recipe

    own = read_recipe(folder).data.source
    return source is None or own in (source, str(Path(source).expanduser().absolute()))


def open_for(folder: "RunFolder", source: str, data_root: Path | None, progress: "Progress") -> "ImageSet":
    """Open pictures in a run's size and colours, and with its labels where these are a condition."""
    from vae_studio.cli.arguments import lasting
    from vae_studio.data.catalogue import open_source
    from vae_studio.data.options import DataOptions
    from vae_studio.runs.label import as_known
    from vae_studio.runs.recipe_file import read_recipe

    own = read_recipe(folder).data
    height, _, channels = folder.facts["shape"]
    options = DataOptions(
        source=source,
        root=lasting(data_root) or own.root,
        size=height,  # pictures are square
        channels="grey" if channels == 1 else "colour",
        fit=own.fit,
    )
    return as_known(folder, open_source(options, progress))
