"""The commands that write one picture: decode, sample and map."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vae_studio.cli.arguments import WHERE_HELP, RunArgument, output_file
from vae_studio.errors import UsageError

if TYPE_CHECKING:
    from vae_studio.data.progress import Progress
    from vae_studio.export.map_image import Extent
    from vae_studio.latent.codes import Codes
    from vae_studio.runs.codes_file import Labels
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
) -> None:
    """Write the picture that lies at a code."""
    from vae_studio.cli.output import print_lines
    from vae_studio.cli.progress import job_progress
    from vae_studio.export.frames import resize
    from vae_studio.export.sheet import write_png
    from vae_studio.latent.text import format_code
    from vae_studio.runs.run import load_snapshot
    from vae_studio.runs.store import RunFolder
    from vae_studio.runs.where import Finder

    output_file(output, _PNG)
    folder = RunFolder.open(path)
    snapshot = load_snapshot(folder)
    with job_progress() as progress:
        code = Finder(folder, snapshot, progress).find(z)
    write_png(output, resize(snapshot.decode(code), size)[0])
    at = f", the picture at {format_code(code)}" if snapshot.latent_dim <= _SHOWN_DIM else ""
    print_lines([f"Wrote {output}{at}."])


def sample(
    path: RunArgument,
    output: OutputOption,
    count: Annotated[int, typer.Option("-n", "--count", min=1, max=10_000, help="How many pictures.")] = 64,
    seed: Annotated[int, typer.Option(min=0, help="The same seed draws the same codes.")] = 0,
    size: Annotated[
        int, typer.Option(min=0, max=1024, help="The longer side of each picture; 0 keeps the run's own.")
    ] = 0,
) -> None:
    """Draw codes from the prior and decode them to a sheet.

    The prior is a standard normal in all dimensions.
    """
    import numpy as np

    from vae_studio.cli.output import print_lines, remark
    from vae_studio.export.frames import resize
    from vae_studio.export.sheet import sheet, write_png
    from vae_studio.runs.recipe_file import read_recipe
    from vae_studio.runs.run import load_snapshot
    from vae_studio.runs.store import RunFolder

    output_file(output, _PNG)
    folder = RunFolder.open(path)
    snapshot = load_snapshot(folder)
    if count * (size or max(snapshot.shape)) ** 2 > _LARGEST_SHEET:
        raise UsageError(f"A sheet of {count} pictures of that size is too large; take fewer or a smaller --size.")
    if not read_recipe(folder).objective.has_samples:
        remark("this run has no prior (an autoencoder), so codes drawn from a standard normal mean little.")
    codes = np.random.default_rng(seed).standard_normal((count, snapshot.latent_dim), np.float32)
    write_png(output, sheet(resize(snapshot.decode(codes), size)))
    print_lines([f"Wrote {output}, {count} pictures drawn from the prior with seed {seed}."])


def draw(
    path: RunArgument,
    output: OutputOption,
    size: Annotated[int, typer.Option(min=128, max=8192, help="Side of the map in pixels.")] = 1024,
    grid: Annotated[
        int, typer.Option(min=0, max=128, help="Decoded pictures on a side; 0 draws the codes alone.")
    ] = 24,
    extent: Annotated[
        str,
        typer.Option(
            metavar="LOW,HIGH",
            help="The part of the map to draw, the same on both axes, or LEFT,RIGHT,BOTTOM,TOP; all of it unless given.",
            show_default=False,
        ),
    ] = "",
    points: Annotated[bool, typer.Option(help="Draw the codes, or the decoded pictures alone.")] = True,
) -> None:
    """Draw the map of all codes over decoded pictures.

    Beyond two dimensions it shows the plane in which the codes spread most.
    """
    import numpy as np

    from vae_studio.cli.output import print_lines
    from vae_studio.cli.progress import job_progress
    from vae_studio.export.map_image import draw_map, extent_of, grid_points
    from vae_studio.export.sheet import write_png
    from vae_studio.latent.plane import plane_for
    from vae_studio.runs.run import load_snapshot
    from vae_studio.runs.store import RunFolder

    if not grid and not points:
        raise UsageError("Without codes and decoded pictures the map is empty; leave out --no-points or --grid 0.")
    output_file(output, _PNG)
    part = _extent(extent)
    folder = RunFolder.open(path)
    snapshot = load_snapshot(folder)
    with job_progress() as progress:
        codes, labels = codes_of(folder, snapshot, progress)
    plane = plane_for(codes)
    xy = plane.to_plane(codes.mu)
    part = part or extent_of(xy)
    background = None
    if grid:
        background = snapshot.decode(plane.to_code(grid_points(part, grid))).reshape(grid, grid, *snapshot.shape)
    if not points:
        xy, labels = np.zeros((0, 2), np.float32), None
    write_png(output, draw_map(xy, labels, folder.facts.get("label_names", []), background, part, size))
    shown = "the latent space" if codes.dim <= 2 else f"the principal plane of {codes.dim} dimensions"
    what = f"{len(codes):,} code{'s' * (len(codes) > 1)}" if points else f"{grid} x {grid} pictures"
    print_lines([f"Wrote {output}: {what} on {shown}."])


def _extent(text: str) -> "Extent | None":
    """Read the part of the map to draw; nothing when it is not said."""
    if not text:
        return None
    try:
        values = [float(part) for part in text.split(",")]
    except ValueError:
        values = []
    if len(values) == 2:
        values *= 2
    if len(values) != 4 or not all(map(math.isfinite, values)) or values[0] >= values[1] or values[2] >= values[3]:
        raise UsageError(
            f"{text!r} is no part of a map; write the lower and the higher end, like --extent=-0.5,0.5, or "
            "left,right,bottom,top."
        )
    left, right, bottom, top = values
    return left, right, bottom, top


def codes_of(folder: "RunFolder", snapshot: "Snapshot", progress: "Progress") -> "tuple[Codes, Labels | None]":
    """Return the codes of the run's pictures, as saved at its end or, for a run that was stopped, made anew."""
    from vae_studio.data.catalogue import open_source
    from vae_studio.runs.codes_file import read_codes
    from vae_studio.runs.recipe_file import read_recipe

    if folder.has("codes"):
        return read_codes(folder.read("codes"))
    images = open_source(read_recipe(folder).data, progress)
    return snapshot.encode(images.pictures, progress), images.labels
