"""The command that shows what each dimension does: traverse."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vae_studio.cli.arguments import WHERE_HELP, LabelOption, RunArgument, output_file
from vae_studio.cli.film_options import FormatOption
from vae_studio.errors import UsageError
from vae_studio.plural import counted

if TYPE_CHECKING:
    from vae_studio.data.progress import Progress
    from vae_studio.export.film_formats import FilmFormat
    from vae_studio.latent.traversal import Traversals
    from vae_studio.runs.snapshot import Snapshot

_SHEET_FRAMES, _FILM_FRAMES = 9, 60

FromOption = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="WHERE",
        help=f"The code to start from: {WHERE_HELP}. Without it, the middle of all codes.",
        show_default=False,
    ),
]
OutputOption = Annotated[
    Path,
    typer.Option(
        "-o", "--output", metavar="FILE", help="A .png for a sheet, another ending for a film.", show_default=False
    ),
]

DimsOption = Annotated[
    int | None, typer.Option(min=1, help="Only so many dimensions, the most informative.", show_default=False)
]
FramesOption = Annotated[
    int | None,
    typer.Option(
        min=2,
        max=10_000,
        help="Pictures in a row of the sheet, or frames of the film, an even number.",
        show_default=False,
    ),
]


def traverse(
    path: RunArgument,
    output: OutputOption,
    where: FromOption = None,
    dims: DimsOption = None,
    frames: FramesOption = None,
    reach: Annotated[float, typer.Option(min=0.1, max=10, help="Standard deviations to either side.")] = 2.5,
    size: Annotated[
        int, typer.Option(min=0, max=1024, help="The longer side of each picture; 0 keeps the run's own.")
    ] = 64,
    fps: Annotated[int, typer.Option(min=1, max=50, help="Frames per second of a film.")] = 25,
    format_name: FormatOption = None,
    label: LabelOption = None,
) -> None:
    """Show what each dimension of the code does, the most informative first.

    A sheet has a row for each dimension; in a film all of them move, there and back.
    """
    import numpy as np

    from vae_studio.cli.output import print_lines, remark_strangers
    from vae_studio.cli.pictures import codes_of, drawn_as, snapshot_for
    from vae_studio.cli.progress import job_progress
    from vae_studio.export.film_formats import format_for
    from vae_studio.latent.traversal import Traversals
    from vae_studio.runs.store import RunFolder
    from vae_studio.runs.where import Finder

    kind = format_for(output, format_name)
    if kind.notes or not kind.suffixes:
        raise UsageError("A traversal is saved as a sheet (.png) or a film (.gif, .apng, .webp or .mp4); choose one.")
    kind.check()
    output_file(output)
    folder = RunFolder.open(path)
    snapshot = snapshot_for(folder, label)
    _check_dimensions(snapshot, path)
    with job_progress() as progress:
        codes, _ = codes_of(folder, snapshot, progress)
        good = codes.mu[np.isfinite(codes.mu).all(axis=1)]
        middle = good.mean(axis=0) if len(good) else np.zeros(codes.dim)
        finder = Finder(folder, snapshot, progress)
        around = middle if where is None else finder.find(where)
        snapshot = finder.labelled(label)
        count = frames or (_FILM_FRAMES if kind.moves else _SHEET_FRAMES)
        walks = Traversals.of(codes, around, count // 2 + 1 if kind.moves else count, dims, reach)
        _write(output, kind, walks, snapshot, reach, size, fps, progress)
    remark_strangers(snapshot, finder.pictures)
    rows, drawn = counted(len(walks.order), "dimension"), drawn_as(folder, snapshot, label)
    print_lines([f"Wrote {output}: {rows}, the most informative is z{walks.order[0] + 1}{drawn}."])


def _check_dimensions(snapshot: "Snapshot", path: Path) -> None:
    if snapshot.book is not None:
        raise UsageError(
            "The codes of this run are entries of a code book, so there are no dimensions to go along; look at the "
            f"book with: vae-studio map {path} -o book.png"
        )


def _write(
    output: Path,
    kind: "FilmFormat",
    walks: "Traversals",
    snapshot: "Snapshot",
    reach: float,
    size: int,
    fps: int,
    progress: "Progress",
) -> None:
    from vae_studio.export.reel import Reel
    from vae_studio.export.sheet import write_png
    from vae_studio.export.traversal_page import draw_sheet, frames_of
    from vae_studio.latent.timing import Timing

    if not kind.moves:
        write_png(output, draw_sheet(walks, snapshot.decode, reach, size))
        return
    steps = walks.codes.shape[1]
    reel = Reel.of(frames_of(walks, snapshot.decode, size), 2 * steps - 2, kind.fps(Timing(fps=fps)))
    kind.load()(output, reel, kind.chosen({}), progress)
