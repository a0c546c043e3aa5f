"""Making films, and the command that makes one again from its side file: film."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vae_studio.cli.film_options import (
    FilmOutputOption,
    FormatOption,
    cloud_for,
    film_place,
    written,
)
from vae_studio.errors import RunError, UsageError

if TYPE_CHECKING:
    from vae_studio.export.overlay import Overlay
    from vae_studio.export.side_file import Film
    from vae_studio.runs.store import RunFolder


def film(
    side: Annotated[Path, typer.Argument(metavar="SIDE.json", help="The .json beside a film.", show_default=False)],
    output: FilmOutputOption,
    run: Annotated[
        Path | None,
        typer.Option(metavar="RUN", help="Where the run is now; without it, where it was.", show_default=False),
    ] = None,
    format_name: FormatOption = None,
    force: Annotated[bool, typer.Option("--force", help="Make it even though the run was changed since.")] = False,
) -> None:
    """Make a film again from the .json beside it.

    The same ending gives the same file, byte for byte; another one gives the same film in another format.
    """
    from vae_studio.cli.output import print_lines
    from vae_studio.cli.pictures import snapshot_for
    from vae_studio.cli.progress import job_progress
    from vae_studio.export.film import make_film
    from vae_studio.export.side_file import read_side_file

    wanted = read_side_file(side).saved_as(output, format_name)
    film_place(output, wanted)
    folder = _run_of(wanted, run)
    now = folder.checksum("weights")
    if wanted.run_sha256 not in ("", now) and not force:
        raise RunError(
            f"The run {folder.path} was changed since this film was made, so it would be another film; "
            "name a copy of the old run with --run, or take this one with --force."
        )
    wanted = wanted.model_copy(update={"run": str(folder.path), "run_sha256": now})
    snapshot = snapshot_for(folder, wanted.label)
    with job_progress() as progress:
        make_film(output, wanted, snapshot, cloud_for(wanted, folder, snapshot, progress), progress)
    print_lines([written(output, wanted)])


def make(path: Path, places: list[str], output: Path, label: str | None = None, **values: Any) -> None:
    """Make a film through some places (`WHERE`) of a run; `values` are the fields of its side file."""
    from vae_studio.cli.output import print_lines, remark, remark_strangers
    from vae_studio.cli.pictures import drawn_as, snapshot_for
    from vae_studio.cli.progress import job_progress
    from vae_studio.export.film import make_film
    from vae_studio.export.side_file import Film
    from vae_studio.latent.path import Path as CodePath
    from vae_studio.runs.label import label_names
    from vae_studio.runs.recipe_file import read_recipe
    from vae_studio.runs.refusals import refusals
    from vae_studio.runs.store import RunFolder
    from vae_studio.runs.where import Finder

    kind, timing = values.pop("kind"), values["timing"]
    wanted = Film(run="", stops=((0.0,),) * len(places), path=kind, **values)
    film_place(output, wanted)
    written(output, wanted)  # raises where the times do not fit together, before anything takes time
    folder = RunFolder.open(path)
    snapshot = snapshot_for(folder, label)
    if reason := refusals(read_recipe(folder)).paths.get(kind):
        raise UsageError(reason)
    with job_progress() as progress:
        finder = Finder(folder, snapshot, progress)
        way = CodePath.of([finder.find(where) for where in places], snapshot.latent_dim, kind, timing.closed)
        snapshot = finder.labelled(label)
        drawn = label_names(folder)[snapshot.label] if snapshot.classes else None
        wanted = Film.of(folder.path, way, run_sha256=folder.checksum("weights"), label=drawn, **values)
        make_film(output, wanted, snapshot, cloud_for(wanted, folder, snapshot, progress), progress)
    if timing.shortens_rests(len(places), wanted.keys, wanted.fps):
        remark("The film has too few frames for these rests, so they are shorter; ask for more with --frames.")
    remark_strangers(snapshot, finder.pictures)
    print_lines([f"{written(output, wanted).removesuffix('.')}{drawn_as(folder, snapshot, label)}."])


def overlay_of(title: str, title_place: str, inset: str) -> "Overlay":
    """Return what is laid over a film; raises UsageError for a value that cannot be."""
    from pydantic import ValidationError

    from vae_studio.export.overlay import Overlay

    try:
        return Overlay.model_validate({"title": title, "title_place": title_place, "inset": inset})
    except ValidationError as error:
        raise UsageError("The title is longer than 500 letters; shorten it.") from error


def _run_of(film: "Film", run: Path | None) -> "RunFolder":
    from vae_studio.runs.store import RunFolder

    if run is None and not Path(film.run).is_dir():
        raise RunError(f"The run of this film is not at {film.run} any more; say where it is now with --run.")
    return RunFolder.open(run or Path(film.run))
