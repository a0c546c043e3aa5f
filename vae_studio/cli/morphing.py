"""The command that makes films: morph."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from vae_studio.cli.arguments import WHERE_HELP, RunArgument, output_file
from vae_studio.errors import UsageError

if TYPE_CHECKING:
    from vae_studio.latent.timing import Timing

Easing = Literal["even", "smooth"]
Cycle = Literal["once", "loop", "ping-pong"]
Resampling = Literal["nearest", "bilinear", "bicubic", "lanczos"]


FromOption = Annotated[
    str, typer.Option("--from", metavar="WHERE", help=f"The first stop: {WHERE_HELP}.", show_default=False)
]
ToOption = Annotated[str, typer.Option("--to", metavar="WHERE", help="The last stop.", show_default=False)]
ViaOption = Annotated[
    list[str] | None, typer.Option(metavar="WHERE", help="A stop between; may be repeated.", show_default=False)
]
OutputOption = Annotated[
    Path, typer.Option("-o", "--output", metavar="FILE", help="The film to write, a .gif.", show_default=False)
]
CycleOption = Annotated[
    Cycle | None, typer.Option(help="The same as --loop and --ping-pong, by name.", show_default=False)
]


def morph(
    path: RunArgument,
    first: FromOption,
    last: ToOption,
    output: OutputOption,
    via: ViaOption = None,
    kind: Annotated[str, typer.Option("--path", metavar="KIND", help="The way between the stops: {paths}.")] = "linear",
    frames: Annotated[int, typer.Option(help="Frames in the whole film.")] = 60,
    fps: Annotated[int, typer.Option(help="Frames per second; a GIF rounds it to whole 1/100 s a frame.")] = 25,
    loop: Annotated[bool, typer.Option("--loop", help="Go back to the first stop, in a perfect loop.")] = False,
    ping_pong: Annotated[bool, typer.Option("--ping-pong", help="Go there and back again.")] = False,
    cycle: CycleOption = None,
    easing: Annotated[Easing, typer.Option(help="Even speed, or slowing down towards each stop.")] = "even",
    hold: Annotated[float, typer.Option(help="Seconds to rest at each stop, out of the film's own frames.")] = 0,
    size: Annotated[int, typer.Option(min=0, max=4096, help="The longer side in pixels; 0 keeps the run's own.")] = 256,
    resampling: Annotated[Resampling, typer.Option(help="How pictures are brought to that size.")] = "lanczos",
) -> None:
    """Turn one picture into another, as a GIF.

    A .json beside it says how to make it again.
    """
    from vae_studio.cli.output import print_lines
    from vae_studio.cli.progress import job_progress
    from vae_studio.export.film import SUFFIX, write_film
    from vae_studio.latent.path import Path as CodePath
    from vae_studio.latent.paths import PATHS
    from vae_studio.runs.run import load_snapshot
    from vae_studio.runs.store import RunFolder
    from vae_studio.runs.where import Finder

    output_file(output, SUFFIX)
    PATHS[kind]  # raises for a kind that does not exist, before anything takes time
    timing = _timing(frames=frames, fps=fps, easing=easing, hold=hold, cycle=_cycle(loop, ping_pong, cycle))
    folder = RunFolder.open(path)
    snapshot = load_snapshot(folder)
    with job_progress() as progress:
        finder = Finder(folder, snapshot, progress)
        stops = [finder.find(where) for where in (first, *(via or []), last)]
        way = CodePath.of(stops, snapshot.latent_dim, kind, timing.closed)
        write_film(output, snapshot, folder.path, way, timing, size, resampling, progress)
    rate = f"{timing.shown_fps:.4g} frames per second"
    print_lines([f"Wrote {output}: {timing.frames} frames at {rate}, {timing.seconds:.4g} s."])


def _cycle(loop: bool, ping_pong: bool, cycle: Cycle | None) -> Cycle:
    wanted: set[Cycle] = {cycle} if cycle else set()
    wanted |= {"loop"} if loop else set()
    wanted |= {"ping-pong"} if ping_pong else set()
    if len(wanted) > 1:
        raise UsageError("A film goes round in one way only; choose --loop or --ping-pong.")
    return wanted.pop() if wanted else "once"


def _timing(**values: Any) -> "Timing":
    from pydantic import ValidationError

    from vae_studio.latent.timing import Timing

    try:
        return Timing(**values)
    except ValidationError as error:
        first = error.errors()[0]
        reason = first["msg"].replace("Input should be", "it must be")
        raise UsageError(f"--{first['loc'][0]} cannot be {first['input']}: {reason}.") from error
