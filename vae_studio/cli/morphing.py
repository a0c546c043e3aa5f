"""The command that makes films of a path: morph."""

from typing import Annotated, Literal

import typer

from vae_studio.cli.arguments import WHERE_HELP, LabelOption, RunArgument
from vae_studio.cli.film_options import (
    Cycle,
    FilmOutputOption,
    FormatOption,
    HoldOption,
    InsetOption,
    Resampling,
    SettingsOption,
    TitleOption,
    TitlePlaceOption,
    TravelOption,
)
from vae_studio.errors import UsageError

Easing = Literal["even", "smooth"]
Pace = Literal["codes", "pictures"]


FromOption = Annotated[
    str, typer.Option("--from", metavar="WHERE", help=f"The first stop: {WHERE_HELP}.", show_default=False)
]
ToOption = Annotated[str, typer.Option("--to", metavar="WHERE", help="The last stop.", show_default=False)]
ViaOption = Annotated[
    list[str] | None, typer.Option(metavar="WHERE", help="A stop between; may be repeated.", show_default=False)
]
CycleOption = Annotated[
    Cycle | None, typer.Option(help="The same as --loop and --ping-pong, by name.", show_default=False)
]
SizeOption = Annotated[
    int, typer.Option(min=0, max=4096, help="The longer side of the picture in pixels; 0 keeps the run's own.")
]


def morph(
    path: RunArgument,
    first: FromOption,
    last: ToOption,
    output: FilmOutputOption,
    via: ViaOption = None,
    kind: Annotated[str, typer.Option("--path", metavar="KIND", help="The way between the stops: {paths}.")] = "linear",
    frames: Annotated[int, typer.Option(help="Frames in the whole film.")] = 60,
    fps: Annotated[int, typer.Option(help="Frames per second; a GIF rounds it to whole 1/100 s a frame.")] = 25,
    loop: Annotated[bool, typer.Option("--loop", help="Go back to the first stop, in a perfect loop.")] = False,
    ping_pong: Annotated[bool, typer.Option("--ping-pong", help="Go there and back again.")] = False,
    cycle: CycleOption = None,
    easing: Annotated[Easing, typer.Option(help="Even speed, or slowing down towards each stop.")] = "even",
    pace: Annotated[Pace, typer.Option(help="Even steps in the codes, or in the pictures.")] = "codes",
    hold: HoldOption = "0",
    travel: TravelOption = "",
    size: SizeOption = 256,
    resampling: Annotated[Resampling, typer.Option(help="How pictures are brought to that size.")] = "lanczos",
    title: TitleOption = "",
    title_place: TitlePlaceOption = "below",
    inset: InsetOption = "none",
    format_name: FormatOption = None,
    settings: SettingsOption = None,
    label: LabelOption = None,
) -> None:
    """Turn one picture into another, as a film or a sheet.

    A .json beside it says how to make it again; `vae-studio film` reads it.
    """
    from vae_studio.cli.film_options import keys_of, timing_of
    from vae_studio.cli.filming import make, overlay_of
    from vae_studio.cli.values import parse_settings
    from vae_studio.export.film_formats import format_for
    from vae_studio.latent.paths import PATHS

    form = format_for(output, format_name)
    PATHS[kind]  # raises for a kind that does not exist, before anything takes time
    timing = timing_of(hold, frames=frames, fps=fps, easing=easing, pace=pace, cycle=_cycle(loop, ping_pong, cycle))
    places = [first, *(via or []), last]
    more = {
        "keys": keys_of(hold, travel, len(places), timing.closed),
        "overlay": overlay_of(title, title_place, inset),
        "format": form.name,
        "options": form.chosen(parse_settings(settings or [])).model_dump(exclude_unset=True),
    }
    make(path, places, output, label, kind=kind, timing=timing, size=size, resampling=resampling, **more)


def _cycle(loop: bool, ping_pong: bool, cycle: Cycle | None) -> Cycle:
    wanted: set[Cycle] = {cycle} if cycle else set()
    wanted |= {"loop"} if loop else set()
    wanted |= {"ping-pong"} if ping_pong else set()
    if len(wanted) > 1:
        raise UsageError("A film goes round in one way only; choose --loop or --ping-pong.")
    return wanted.pop() if wanted else "once"
