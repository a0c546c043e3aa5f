"""The side file of a film: everything it takes to make it again."""

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from vae_studio import __version__
from vae_studio.errors import UsageError
from vae_studio.export.film_formats import film_format, format_for
from vae_studio.export.overlay import Overlay
from vae_studio.export.resizing import Resampling
from vae_studio.latent.key_frame import KeyFrame
from vae_studio.latent.path import Path as CodePath
from vae_studio.latent.text import format_code
from vae_studio.latent.timing import Timing

LARGEST_SIZE = 4096
_MAX_BYTES = 64 << 20
_LARGEST = 3e38  # what a code can hold, in single precision
_Number = Annotated[float, Field(allow_inf_nan=False, ge=-_LARGEST, le=_LARGEST)]
_Stop = Annotated[tuple[_Number, ...], Field(min_length=1)]


class Film(BaseModel):
    """How a film was made."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: str = __version__
    run: str
    run_sha256: str = Field(default="", pattern="^([0-9a-f]{64})?$")  # of its weights; empty: not known
    stops: tuple[_Stop, ...] = Field(min_length=2)
    keys: tuple[KeyFrame, ...] = ()  # the times of each stop; empty: all alike
    path: str = "linear"
    timing: Timing = Timing()
    size: int = Field(default=0, ge=0, le=LARGEST_SIZE)
    resampling: Resampling = "lanczos"
    overlay: Overlay = Overlay()
    format: str = "gif"
    options: dict[str, Any] = {}  # of the format
    label: str | None = None  # that is drawn, where the run is conditional

    @model_validator(mode="after")
    def _fits_together(self) -> "Film":
        if len(self.keys) not in (0, len(self.stops)):
            raise ValueError(f"there are times for {len(self.keys)} of {len(self.stops)} stops")
        return self

    @classmethod
    def of(
        cls, run: Path, path: CodePath, timing: Timing, size: int, resampling: Resampling = "lanczos", **more: Any
    ) -> "Film":
        """Put down how a film of a path is made; `more` are any of the other fields."""
        stops = tuple(tuple(float(value) for value in stop) for stop in path.stops)
        return cls(run=str(run), stops=stops, path=path.kind, timing=timing, size=size, resampling=resampling, **more)

    @property
    def count(self) -> int:
        """How many frames the film has; raises UsageError when its times do not fit together."""
        return self.timing.frame_count(len(self.stops), self.keys, self.fps)

    @property
    def fps(self) -> float:
        """The rate at which its file really shows the frames."""
        return film_format(self.format).fps(self.timing)

    def code_path(self) -> CodePath:
        """Return the path the film walks; raises UsageError when its stops do not fit together."""
        return CodePath.of(self.stops, len(self.stops[0]), self.path, self.timing.closed)

    def saved_as(self, file: Path, name: str | None = None) -> "Film":
        """Return the same film for a file of another name; its format is taken from the suffix unless named.

        The options stay where the format does. Raises UsageError when the suffix does not fit.
        """
        same = film_format(self.format)
        if name is None and (not same.suffixes or file.suffix.lower() in same.suffixes):
            return self
        chosen = format_for(file, name)
        return self.model_copy(
            update={"format": chosen.name, "options": self.options if chosen.name == self.format else {}}
        )

    def command(self, output: Path) -> str:
        """Return the command line that makes the film again."""
        first, *between, last = (format_code(np.array(stop, np.float32)) for stop in self.stops)
        words = ["vae-studio", "morph", self.run, f"--from={first}", *(f"--via={stop}" for stop in between)]
        words += [f"--to={last}", f"--path={self.path}", f"--frames={self.timing.frames}", f"--fps={self.timing.fps}"]
        words += [f"--size={self.size}"]  # named even at 0: morph has a size of its own
        words += {"once": [], "loop": ["--loop"], "ping-pong": ["--cycle=ping-pong"]}[self.timing.cycle]
        words += [f"--easing={self.timing.easing}"] if self.timing.easing != "even" else []
        words += [f"--pace={self.timing.pace}"] if self.timing.pace != "codes" else []
        words += self._times()
        words += [f"--resampling={self.resampling}"] if self.resampling != "lanczos" else []
        words += [f"--title={self.overlay.title}"] if self.overlay.title else []
        words += [f"--title-place={self.overlay.title_place}"] if self.overlay.title_place != "below" else []
        words += [f"--inset={self.overlay.inset}"] if self.overlay.inset != "none" else []
        words += [f"--format={self.format}"] if self.format != "gif" else []
        words += [f"--set={name}={str(value).lower()}" for name, value in self.options.items()]
        words += [f"--label={self.label}"] if self.label is not None else []
        return shlex.join([*words, "-o", str(output)])

    def _times(self) -> list[str]:
        holds = [self.timing.hold if key.hold is None else key.hold for key in self.keys] or [self.timing.hold]
        travels = [key.travel for key in self.keys]
        words = [f"--hold={','.join(map(_short, holds))}"] if any(holds) else []
        if any(travels):
            ways = travels if self.timing.closed else travels[:-1]
            words += [f"--travel={','.join('' if travel is None else _short(travel) for travel in ways)}"]
        return words


def _short(seconds: float) -> str:
    """Return a number so that it reads back exactly."""
    return str(seconds).removesuffix(".0")


def side_file_of(film_file: Path) -> Path:
    """Return where the side file of a film lies: beside it, with the suffix .json."""
    return film_file.with_suffix(".json")


def side_file_bytes(film_file: Path, film: Film, more: Mapping[str, Any] | None = None) -> bytes:
    """Return the side file of a film; `more` goes before what the film itself says."""
    told = {**(more or {}), **film.model_dump(mode="json"), "command": film.command(film_file)}
    return json.dumps(told, indent=2, ensure_ascii=False).encode() + b"\n"


def read_side_file(path: Path) -> Film:
    """Read how a film was made; raises UsageError when the file is no side file or cannot be read."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise UsageError(f"{path} is too large to be the side file of a film; choose the .json beside a film.")
        return Film.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UsageError(
            f"{path} could not be read ({error.strerror or error}); choose the .json beside a film."
        ) from error
    except ValidationError as error:
        raise UsageError(f"{path} does not say how a film was made; choose the .json beside a film.") from error
