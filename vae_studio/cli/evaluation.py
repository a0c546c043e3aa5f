"""The command that measures: evaluate."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vae_studio.cli.arguments import DataRootOption, DeviceOption, JsonOption, RunArgument

if TYPE_CHECKING:
    import numpy as np

    from vae_studio.data.image_set import ImageSet
    from vae_studio.data.progress import Progress
    from vae_studio.device import Device
    from vae_studio.evaluation.report import Report
    from vae_studio.runs.store import RunFolder


OtherPictures = Annotated[
    str | None,
    typer.Argument(
        metavar="[SOURCE]",
        help="Other pictures to measure on; without it, the run's held-out ones.",
        show_default=False,
    ),
]


def evaluate(
    path: RunArgument,
    source: OtherPictures = None,
    data_root: DataRootOption = None,
    device: DeviceOption = "auto",
    as_json: JsonOption = False,
) -> None:
    """Measure a run on pictures it was not trained on.

    The figures are nats per image: the negative ELBO with its two parts, and the likelihood; and the active units.
    Of a SOURCE its own test part is measured, or all of its pictures where it has none; of the run's own SOURCE only
    the held-out ones. Pictures of another size or colour are brought to the run's.
    """
    from vae_studio.cli.output import print_json, print_lines, remark_skipped
    from vae_studio.cli.progress import job_progress
    from vae_studio.cli.report import report_lines
    from vae_studio.device import choose_device
    from vae_studio.runs.run import Run
    from vae_studio.runs.store import RunFolder

    folder = RunFolder.open(path)
    with job_progress() as progress:
        chosen = choose_device(device)
        images = None if is_own(folder, source) else open_for(folder, str(source), data_root, progress)
        if images is None or images.fingerprint == folder.facts.get("fingerprint"):
            run = Run.load(folder, chosen, images, progress)
            report, noun = run.evaluate(progress), run.measured
        else:
            report, noun = _measured(folder, images, chosen, progress), f"pictures of {images.name}"
    if images is not None:
        remark_skipped(images.skipped)
    if as_json:
        print_json(report.to_dict())
    else:
        print_lines(report_lines(report, noun))


def is_own(folder: "RunFolder", source: str | None) -> bool:
    """Tell whether a source is what the run was trained on; then only its held-out part may be measured."""
    from vae_studio.runs.recipe_file import read_recipe

    own = read_recipe(folder).data.source
    return source is None or own in (source, str(Path(source).expanduser().absolute()))


def open_for(folder: "RunFolder", source: str, data_root: Path | None, progress: "Progress") -> "ImageSet":
    """Open pictures in a run's size and colours."""
    from vae_studio.cli.arguments import lasting
    from vae_studio.data.catalogue import open_source
    from vae_studio.data.options import DataOptions
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
    return open_source(options, progress)


def _measured(folder: "RunFolder", images: "ImageSet", device: "Device", progress: "Progress") -> "Report":
    from vae_studio.evaluation.report import evaluate as evaluate_model
    from vae_studio.models.vae import build_vae
    from vae_studio.objectives.objective import attach, build_objective
    from vae_studio.runs.recipe_file import read_recipe
    from vae_studio.runs.run import picture_store
    from vae_studio.runs.tensors import load_model

    recipe = read_recipe(folder)
    model = build_vae(recipe.network, images.shape, seed=0)
    objective = build_objective(recipe.objective, recipe.likelihood)
    attach(model, objective)
    load_model(model, folder.read("weights"))
    store = picture_store(recipe, images, device)
    return evaluate_model(model.to(device.torch).eval(), objective, store, _test_part(images), progress)


def _test_part(images: "ImageSet") -> "np.ndarray":
    import numpy as np

    return np.arange(images.held_out_from or 0, len(images))
