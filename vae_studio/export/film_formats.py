"""The kinds of file a film can be saved as."""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field, ValidationError

from vae_studio.catalogue import Catalogue, Options, Row
from vae_studio.errors import ExportError, UsageError
from vae_studio.extras import install_hint

if TYPE_CHECKING:  # help lists the formats without numpy
    from vae_studio.latent.timing import Timing

_HERE = "vae_studio.export.films"


class WebPOptions(Options):
    """What an animated WebP can be told."""

    lossless: bool = Field(default=False, title="Lossless", description="Keep every pixel as it is.")
    quality: int = Field(default=85, ge=0, le=100, title="Quality", description="Higher is truer and larger.")


class Mp4Options(Options):
    """What an MP4 can be told."""

    quality: int = Field(default=70, ge=0, le=100, title="Quality", description="Higher is truer and larger.")


class SheetOptions(Options):
    """What a contact sheet can be told."""

    columns: int = Field(default=0, ge=0, le=1000, title="Columns", description="Frames in a row; 0 picks a number.")
    gap: int = Field(default=8, ge=0, le=256, title="Gap", description="Pixels between the frames.")
    numbers: bool = Field(default=True, title="Numbers", description="Write its number under each frame.")


class SpriteOptions(Options):
    """What a sprite sheet can be told."""

    columns: int = Field(default=0, ge=0, le=1000, title="Columns", description="Frames in a row; 0 picks a number.")
    gap: int = Field(default=0, ge=0, le=64, title="Gap", description="Clear pixels between the frames.")


@dataclass(frozen=True)
class FilmFormat(Row):
    """A kind of film file; its target is a function (path, reel, options, progress) -> None."""

    suffixes: tuple[str, ...] = ()  # none: a folder
    default: bool = True  # whether the first suffix alone chooses it
    moves: bool = True  # whether the file itself has a rate
    needs: str = ""  # a package that comes with an extra
    extra: str = ""
    notes: str = ""  # "module:function", (name, reel, options) -> more for the side file

    def fps(self, timing: "Timing") -> float:
        """Return the rate at which a file of this kind really shows its frames."""
        return timing.shown_fps if self.name == "gif" else float(timing.fps)

    def load_notes(self) -> Any:
        """Import and return the function behind `notes`."""
        module, _, attribute = self.notes.partition(":")
        return getattr(import_module(module), attribute)

    def check(self) -> None:
        """Raise ExportError when a package is missing that files of this kind need."""
        if not self.needs:
            return
        try:
            import_module(self.needs)
        except ImportError as error:
            raise ExportError(
                f"{self.title} needs the package {self.needs}; install it with: {install_hint(self.extra)}"
            ) from error

    def chosen(self, values: dict[str, Any]) -> Options:
        """Return the options made of some values; raises UsageError for one that there is not or cannot be."""
        try:
            return self.options(**values)
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0])
            if first["type"] == "extra_forbidden":
                known = ", ".join(self.options.model_fields)
                hint = f"it has {known}." if known else "it has none."
                raise UsageError(f"{self.title} has no option {name!r}; {hint}") from error
            reason = first["msg"].replace("Input should be", "it must be")
            raise UsageError(f"The option {name} cannot be {first['input']!r}: {reason}.") from error


FILM_FORMATS = Catalogue(
    "film format",
    FilmFormat(
        "gif",
        "GIF",
        "Plays everywhere; up to 256 colours, delays of whole 1/100 s.",
        f"{_HERE}.gif_film:write",
        suffixes=(".gif",),
    ),
    FilmFormat(
        "apng",
        "APNG",
        "An animated PNG: every pixel exact, plays in browsers.",
        f"{_HERE}.apng:write",
        suffixes=(".apng", ".png"),
    ),
    FilmFormat(
        "webp",
        "WebP",
        "An animated WebP: small, plays in browsers.",
        f"{_HERE}.webp:write",
        WebPOptions,
        suffixes=(".webp",),
    ),
    FilmFormat(
        "mp4",
        "MP4",
        "A video for slides and social media; needs the extra video.",
        f"{_HERE}.mp4:write",
        Mp4Options,
        suffixes=(".mp4",),
        needs="av",
        extra="video",
    ),
    FilmFormat(
        "frames",
        "PNG frames",
        "A new folder with a numbered PNG for each frame.",
        f"{_HERE}.png_frames:write",
        moves=False,
    ),
    FilmFormat(
        "sheet",
        "Contact sheet",
        "All frames on one PNG, numbered.",
        f"{_HERE}.contact_sheet:write",
        SheetOptions,
        suffixes=(".png",),
        moves=False,
    ),
    FilmFormat(
        "sprites",
        "Sprite sheet",
        "All frames on one PNG, and where each lies in the JSON beside it.",
        f"{_HERE}.sprites:write",
        SpriteOptions,
        suffixes=(".png",),
        default=False,
        notes=f"{_HERE}.sprites:notes",
    ),
)


def film_format(name: str) -> FilmFormat:
    """Return a format by name; raises UsageError when there is none."""
    row = FILM_FORMATS[name]
    assert isinstance(row, FilmFormat)
    return row


def format_for(file: Path, name: str | None = None) -> FilmFormat:
    """Return the format called `name`, or the one that the suffix of `file` stands for.

    Raises UsageError when there is none, or the suffix belongs to another.
    """
    suffix = file.suffix.lower()
    if name is None:
        for candidate in map(film_format, FILM_FORMATS):
            if candidate.default and candidate.suffixes[:1] == (suffix,):
                return candidate
        endings = _or([one.suffixes[0] for one in map(film_format, FILM_FORMATS) if one.suffixes and one.default])
        raise UsageError(
            f"{file.name!r} cannot be the name of this file; it has to end in {endings}, "
            "or --format frames makes it a folder."
        )
    chosen = film_format(name)
    if chosen.suffixes and suffix not in chosen.suffixes:
        raise UsageError(f"{file.name!r} cannot be the name of this file; it has to end in {_or(chosen.suffixes)}.")
    return chosen


def _or(words: list[str] | tuple[str, ...]) -> str:
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last
