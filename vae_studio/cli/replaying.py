"""The command that shows a training again: replay."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vae_studio.cli.arguments import WHERE_HELP, RunArgument, output_file
from vae_studio.plural import counted

if TYPE_CHECKING:
    from vae_studio.data.progress import Progress
    from vae_studio.runs.replay import Replay
    from vae_studio.runs.store import RunFolder

_GIF = ".gif"


def replay(
    path: RunArgument,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="The film to write, a .gif.", show_default=False)
    ],
    marker: Annotated[
        str | None,
        typer.Option(
            metavar="WHERE",
            help=f"The code whose picture is watched: {WHERE_HELP}; a held-out picture unless given.",
            show_default=False,
        ),
    ] = None,
    size: Annotated[int, typer.Option(min=160, max=2048, help="Side of the map in pixels.")] = 480,
    frames: Annotated[int, typer.Option(min=2, max=5000, help="Frames in the whole film.")] = 120,
    fps: Annotated[
        int, typer.Option(min=1, max=50, help="Frames per second; a GIF rounds it to whole 1/100 s a frame.")
    ] = 20,
) -> None:
    """Show the training again, as a GIF.

    The map grows, pictures come back better, and the epoch and the loss tell when it was.
    """
    from vae_studio.cli.output import print_lines, remark
    from vae_studio.cli.progress import job_progress
    from vae_studio.runs.replay_film import ReplayFilm, write_replay
    from vae_studio.runs.run import load_snapshot
    from vae_studio.runs.store import RunFolder
    from vae_studio.runs.where import Finder

    output_file(output, _GIF)
    film = ReplayFilm(size, frames, fps)
    folder = RunFolder.open(path)
    with job_progress() as progress:
        shown = _opened(folder, progress)
        names = folder.facts.get("label_names", [])
        z = Finder(folder, load_snapshot(folder), progress).find(marker) if marker is not None else None
        count = write_replay(output, shown, names, film, z, progress)
    if shown.remark:
        remark(shown.remark)
    if lost := len(shown.moments()) - count:
        remark(f"{counted(lost, 'moment')} could not be read and {'are' if lost > 1 else 'is'} left out.")
    print_lines(
        [f"Wrote {output}: {counted(count, 'moment')} in {counted(film.frames, 'frame')}, {film.seconds:.4g} s."]
    )


def _opened(folder: "RunFolder", progress: "Progress") -> "Replay":
    """Open a replay, and the run's pictures as well where it cannot do without; may raise RunError or DataError."""
    from vae_studio.data.catalogue import open_source
    from vae_studio.runs.recipe_file import read_recipe
    from vae_studio.runs.replay import Replay

    shown = Replay(folder)
    _ = shown.probe  # raises where there is nothing to replay, before anything takes time
    if not shown.needs_pictures:
        return shown
    return Replay(folder, open_source(read_recipe(folder).data, progress).pictures)
