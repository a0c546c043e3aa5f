"""The commands that write one picture: decode and sample."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vae_studio.cli.arguments import WHERE_HELP, LabelOption, RunArgument, output_file
from vae_studio.errors import UsageError
from vae_studio.plural import counted

if TYPE_CHECKING:
    from vae_studio.data.image_set import Labels
    from vae_studio.data.progress import Progress
    from vae_studio.latent.codes import Codes
    from vae_studio.runs.snapshot import Snapshot
    from vae_studio.runs.store import RunFolder

_PNG = ".png"
_SHOWN_DIM = 8  # longer codes fill the screen and tell nobody anything
_LARGEST_SHEET = 1 << 28  # pixels; a gigabyte while it is being put together
OutputOption = Annotated[
    Path, typer.Option("-o", "--output", metavar="FILE", help="The picture to write, a .png.", show_default=False)
]
SizeOption = Annotated[int, typer.Option(min=0, max=8192, help="The longer side in pixels; 0 keeps the run's own.")]


def decode(
    path: RunArgument,
    z: Annotated[str, typer.Option("--z", metavar="WHERE", help=f"What to decode: {WHERE_HELP}.", show_default=False)],
    output: OutputOption,
    size: SizeOption = 0,
    label: LabelOption = None,
) -> None:
    """Write the picture that lies at a code."""
    from vae_studio.cli.output import print_lines, remark_strangers
    from vae_studio.cli.progress import job_progress
    from vae_studio.export.resizing import resize
    from vae_studio.export.sheet import write_png
    from vae_studio.latent.text import format_code
    from vae_studio.runs.store import RunFolder
    from vae_studio.runs.where import Finder

    output_file(output, _PNG)
    folder = RunFolder.open(path)
    snapshot = snapshot_for(folder, label)
    with job_progress() as progress:
        finder = Finder(folder, snapshot, progress)
        code = finder.find(z)
    remark_strangers(snapshot, finder.pictures)
    snapshot = finder.labelled(label)
    write_png(output, resize(snapshot.decode(code), size)[0])
    at = f", the picture at {format_code(code)}" if snapshot.latent_dim <= _SHOWN_DIM else ""
    print_lines([f"Wrote {output}{at}{drawn_as(folder, snapshot, label)}."])


def sample(
    path: RunArgument,
    output: OutputOption,
    count: Annotated[int, typer.Option("-n", "--count", min=1, max=10_000, help="How many pictures.")] = 64,
    seed: Annotated[int, typer.Option(min=0, help="The same seed draws the same codes.")] = 0,
    size: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=1024,
            help="The longer side of each picture; 0 keeps the run's own. Unless given, small pictures are drawn with "
            "pixels so large that the sheet has 512.",
            show_default=False,
        ),
    ] = None,
    label: LabelOption = None,
) -> None:
    """Draw codes from the prior and decode them to a sheet.

    The prior is the run's own: a standard normal in all dimensions, a VampPrior, a sphere, or what a VQ-VAE has learned
    of its code book.
    """
    import numpy as np

    from vae_studio.cli.output import print_lines, remark
    from vae_studio.export.resizing import resize
    from vae_studio.export.sheet import sheet, write_png
    from vae_studio.runs.recipe_file import read_recipe
    from vae_studio.runs.store import RunFolder

    output_file(output, _PNG)
    folder = RunFolder.open(path)
    snapshot = snapshot_for(folder, label)
    if count * (size or max(snapshot.shape)) ** 2 > _LARGEST_SHEET:
        raise UsageError(
            f"A sheet of {counted(count, 'picture')} of that size is too large; take fewer or a smaller --size."
        )
    if not read_recipe(folder).objective.has_samples:
        remark("this run has no prior (an autoencoder), so codes drawn from a standard normal mean little.")
    codes = snapshot.prior.sample(count, snapshot.latent_dim, np.random.default_rng(seed))
    write_png(output, sheet(resize(snapshot.decode(codes), size or 0), scale=0 if size is None else 1))
    drawn = f"{counted(count, 'picture')} drawn from the prior with seed {seed}"
    print_lines([f"Wrote {output}, {drawn}{drawn_as(folder, snapshot, label)}."])


def snapshot_for(folder: "RunFolder", label: str | None) -> "Snapshot":
    """Load a run's weights for drawing pictures of a label; raises UsageError for a label that it does not have."""
    from vae_studio.runs.label import given_label
    from vae_studio.runs.run import load_snapshot

    return given_label(folder, load_snapshot(folder), label)


def drawn_as(folder: "RunFolder", snapshot: "Snapshot", label: str | None) -> str:
    """Return the words on the label that a conditional run has drawn, and how to have another; else nothing."""
    from vae_studio.runs.label import label_names

    if not snapshot.classes:
        return ""
    return f", drawn as {label_names(folder)[snapshot.label]!r}" + (" (--label draws another)" if label is None else "")


def codes_of(folder: "RunFolder", snapshot: "Snapshot", progress: "Progress") -> "tuple[Codes, Labels | None]":
    """Return the codes of the run's pictures, as saved at its end or, for a run that was stopped, made anew."""
    from vae_studio.data.catalogue import open_source
    from vae_studio.runs.codes_file import read_codes
    from vae_studio.runs.recipe_file import read_recipe

    if folder.has("codes"):
        return read_codes(folder.read("codes"))
    images = open_source(read_recipe(folder).data, progress)
    return snapshot.encode(images.pictures, progress, images.labels), images.labels
