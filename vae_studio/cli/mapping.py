"""The command that draws the map: map."""

import math
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vae_studio.cli.arguments import LabelOption, RunArgument, output_file
from vae_studio.cli.pictures import OutputOption, codes_of, drawn_as, snapshot_for
from vae_studio.errors import UsageError
from vae_studio.plural import counted

if TYPE_CHECKING:
    from vae_studio.data.image_set import Pictures
    from vae_studio.export.map_image import Extent
    from vae_studio.latent.book import Book
    from vae_studio.latent.codes import Codes
    from vae_studio.latent.plane import Plane
    from vae_studio.runs.snapshot import Snapshot


class Land(StrEnum):
    """What can lie under the codes."""

    PICTURES = "pictures"
    DENSITY = "density"
    SUPPORT = "support"
    STRETCH = "stretch"


SizeOption = Annotated[int, typer.Option(min=128, max=8192, help="Side of the map in pixels.")]
GridOption = Annotated[int, typer.Option(min=0, max=128, help="Decoded pictures on a side; 0 draws the codes alone.")]
ExtentOption = Annotated[
    str,
    typer.Option(
        metavar="LOW,HIGH",
        help="The part of the map to draw, one for both axes or LEFT,RIGHT,BOTTOM,TOP; all of it unless given.",
        show_default=False,
    ),
]
LandOption = Annotated[
    Land,
    typer.Option(
        help="What lies under the codes: decoded pictures, the density of the data, the support as the window has it, "
        "or the stretch, by how much the decoder magnifies."
    ),
]
PointsOption = Annotated[bool, typer.Option(help="Draw the codes, or the decoded pictures alone.")]


def draw(
    context: typer.Context,
    path: RunArgument,
    output: OutputOption,
    size: SizeOption = 1024,
    grid: GridOption = 24,
    extent: ExtentOption = "",
    points: PointsOption = True,
    land: LandOption = Land.PICTURES,
    label: LabelOption = None,
) -> None:
    """Draw the map of all codes over decoded pictures.

    Beyond two dimensions it shows the plane in which the codes spread most; of a VQ-VAE it shows the code book.
    """
    import numpy as np

    from vae_studio.cli.output import print_lines
    from vae_studio.cli.progress import job_progress
    from vae_studio.export.map_image import draw_map, extent_of
    from vae_studio.export.sheet import write_png
    from vae_studio.latent.plane import plane_for
    from vae_studio.runs.recipe_file import read_recipe
    from vae_studio.runs.store import RunFolder

    if not grid and not points and land is Land.PICTURES:
        raise UsageError("Without codes and decoded pictures the map is empty; leave out --no-points or --grid 0.")
    output_file(output, ".png")
    part = _extent(extent)
    folder = RunFolder.open(path)
    if not read_recipe(folder).objective.has_density:
        _check_options(context)
    snapshot = snapshot_for(folder, label)
    with job_progress() as progress:
        codes, labels = codes_of(folder, snapshot, progress)
    if (book := snapshot.book) is not None:
        _draw_book(output, snapshot, book, codes)
        return
    plane = plane_for(codes)
    xy = plane.to_plane(codes.mu)
    part = part or extent_of(xy)
    background, colours = _ground(land, grid, codes, plane, part, snapshot)
    if not points:
        xy, labels = np.zeros((0, 2), np.float32), None
    write_png(output, draw_map(xy, labels, folder.facts.get("label_names", []), background, part, size))
    pictures = (grid and land is Land.PICTURES) or land is Land.STRETCH
    drawn = drawn_as(folder, snapshot, label) if pictures else ""
    print_lines([f"Wrote {output}: {_described(codes, points, grid, land)}{colours}{drawn}."])


def _described(codes: "Codes", points: bool, grid: int, land: Land) -> str:
    """Return what a map shows, in words."""
    shown = "the latent space" if codes.dim <= 2 else f"the principal plane of {codes.dim} dimensions"
    if points:
        return f"{counted(len(codes), 'code')} on {shown}"
    return f"{'the land' if land is not Land.PICTURES else f'{grid} x {grid} pictures'} on {shown}"


def _ground(
    land: Land, grid: int, codes: "Codes", plane: "Plane", part: "Extent", snapshot: "Snapshot"
) -> "tuple[Pictures | None, str]":
    """Return what lies under the codes, as `draw_map` takes it, and what its colours mean."""
    from vae_studio.cli.progress import job_progress
    from vae_studio.export.land_image import draw_land
    from vae_studio.export.map_image import grid_points

    if land is not Land.PICTURES:
        with job_progress() as progress:
            drawn = draw_land(land.value, codes, plane, snapshot.decode_mean, part, progress)
        return drawn.colours, f"; {drawn.sentence}"
    if not grid:
        return None, ""
    decoded = snapshot.decode(plane.to_code(grid_points(part, grid)))
    return decoded.reshape(grid, grid, *snapshot.shape), ""


def _check_options(context: typer.Context) -> None:
    """Raise UsageError for what was said of a map and means nothing of a code book."""
    named = {name: f"--{name}" for name in ("land", "extent", "grid", "size")} | {"points": "--no-points"}
    sources = {option: context.get_parameter_source(name) for name, option in named.items()}
    said = [option for option, source in sources.items() if source is not None and source.name != "DEFAULT"]
    if said:
        listed = f"{', '.join(said[:-1])} and {said[-1]}" if len(said) > 1 else said[0]
        raise UsageError(
            f"This run's codes are entries of a code book, which is drawn in place of a map; leave out {listed}."
        )


def _draw_book(output: Path, snapshot: "Snapshot", book: "Book", codes: "Codes") -> None:
    from vae_studio.cli.output import print_lines
    from vae_studio.export.book_sheet import draw_book
    from vae_studio.export.sheet import write_png

    uses = book.uses(book.indices(codes.mu))
    write_png(output, draw_book(snapshot.decode(book.everywhere()), uses))
    print_lines(
        [f"Wrote {output}: the code book, {int((uses > 0).sum())} of {counted(len(book), 'entry', 'entries')} in use."]
    )


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
