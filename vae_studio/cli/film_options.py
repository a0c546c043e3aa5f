"""Options that the commands which make films share, and what they mean."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from vae_studio.cli.arguments import output_file
from vae_studio.errors import ExportError, UsageError
from vae_studio.plural import counted

if TYPE_CHECKING:
    from vae_studio.data.progress import Progress
    from vae_studio.export.side_file import Film
    from vae_studio.latent.cloud import Cloud
    from vae_studio.latent.key_frame import KeyFrame
    from vae_studio.latent.timing import Timing
    from vae_studio.runs.snapshot import Snapshot
    from vae_studio.runs.store import RunFolder

Cycle = Literal["once", "loop", "ping-pong"]
Resampling = Literal["nearest", "bilinear", "bicubic", "lanczos"]
TitlePlace = Literal["above", "below"]
InsetPlace = Literal["none", "top-left", "top-right", "bottom-left", "bottom-right", "beside"]

FilmOutputOption = Annotated[
    Path,
    typer.Option(
        "-o", "--output", metavar="FILE", help="The film to write, ending in {film suffixes}.", show_default=False
    ),
]
FormatOption = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="NAME",
        help="What to write where the ending does not say it: {film formats}.",
        show_default=False,
    ),
]
SettingsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Change an option of the format; may be repeated: {film options}.",
        show_default=False,
    ),
]
HoldOption = Annotated[
    str,
    typer.Option(
        metavar="SECONDS",
        help="Seconds to rest at each stop, out of the film's own frames; or one for each stop, as in 1,0.5,2.",
    ),
]
TravelOption = Annotated[
    str,
    typer.Option(
        metavar="SECONDS",
        help="Seconds from each stop to the next; or one for each way, as in 1,,2. Ways without one share what is "
        "left of --frames; with one for each, the film is as long as they say.",
        show_default=False,
    ),
]
TitleOption = Annotated[str, typer.Option(metavar="TEXT", help="A line of text on every frame.", show_default=False)]
TitlePlaceOption = Annotated[TitlePlace, typer.Option(help="Where the title goes.")]
InsetOption = Annotated[
    InsetPlace, typer.Option(help="A small map with the way and where the film is, in a corner or beside the picture.")
]


def timing_of(hold: str, **values: Any) -> "Timing":
    """Return the timing of a whole film; raises UsageError for a value that cannot be."""
    from pydantic import ValidationError

    from vae_studio.latent.timing import Timing

    holds = _numbers("--hold", hold)
    try:
        return Timing(hold=(holds[0] or 0) if len(holds) == 1 else 0, **values)
    except ValidationError as error:
        raise _refused(f"--{error.errors()[0]['loc'][0]}", error) from error


def keys_of(hold: str, travel: str, stop_count: int, closed: bool) -> "tuple[KeyFrame, ...]":
    """Return the times of each stop, none when they are all alike; raises UsageError where they do not fit."""
    from pydantic import ValidationError

    from vae_studio.latent.key_frame import KeyFrame

    holds, travels = _numbers("--hold", hold), _numbers("--travel", travel)
    if len(holds) == 1 and travels == [None]:
        return ()
    ways = stop_count if closed else stop_count - 1
    for option, times, count, noun in (("--hold", holds, stop_count, "stop"), ("--travel", travels, ways, "way")):
        if len(times) not in (1, count):
            there_are = f"there are {count} {noun}s" if count > 1 else f"there is one {noun}"
            raise UsageError(
                f"{option} has {counted(len(times), 'time')}, but {there_are}; give one for all or one for each."
            )
    rests = holds if len(holds) == stop_count else [None] * stop_count
    legs = travels * ways if len(travels) == 1 else travels
    legs += [None] * (stop_count - len(legs))
    keys = []
    for rest, leg in zip(rests, legs, strict=True):
        try:
            keys.append(KeyFrame(hold=rest, travel=leg))
        except ValidationError as error:
            raise _refused(f"--{error.errors()[0]['loc'][0]}", error) from error
    return tuple(keys)


def film_place(output: Path, film: "Film") -> None:
    """Check where a film is to be written before the work begins; raises UsageError or ExportError."""
    from vae_studio.export.film import check_place

    if check_place(output, film).suffixes:
        output_file(output)
    elif not output.absolute().parent.is_dir():
        raise ExportError(f"The folder {output.absolute().parent} does not exist; create it or choose another place.")


def cloud_for(film: "Film", folder: "RunFolder", snapshot: "Snapshot", progress: "Progress") -> "Cloud | None":
    """Return the codes that a film's map shows, or None when it shows none."""
    import numpy as np

    from vae_studio.cli.pictures import codes_of
    from vae_studio.latent.cloud import Cloud

    if film.overlay.inset == "none":
        return None
    codes, labels = codes_of(folder, snapshot, progress)
    names = tuple(folder.facts.get("label_names", ()))
    return Cloud(codes, np.arange(len(codes)), labels, names, len(codes))


def written(output: Path, film: "Film") -> str:
    """Return the line that says what was written."""
    from vae_studio.export.film_formats import film_format

    count = film.count
    frames = f"Wrote {output}: {counted(count, 'frame')}"
    if not film_format(film.format).moves:
        return f"{frames}."
    return f"{frames} at {film.fps:.4g} frames per second, {count / film.fps:.4g} s."


def _numbers(option: str, text: str) -> list[float | None]:
    try:
        return [float(part) if part.strip() else None for part in text.split(",")]
    except ValueError:
        raise UsageError(f"{option} cannot be {text!r}: write seconds, with commas between several.") from None


def _refused(option: str, error: Any) -> UsageError:
    first = error.errors()[0]
    reason = first["msg"].replace("Input should be", "it must be")
    return UsageError(f"{option} cannot be {first['input']}: {reason}.")
