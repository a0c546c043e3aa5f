"""The side file of a film: everything it takes to make it again."""

import json
import shlex
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vae_studio import __version__
from vae_studio.errors import UsageError
from vae_studio.export.frames import Resampling
from vae_studio.files import write_bytes
from vae_studio.latent.path import Path as CodePath
from vae_studio.latent.text import format_code
from vae_studio.latent.timing import Timing

_MAX_BYTES = 64 << 20
_Stop = tuple[Annotated[float, Field(allow_inf_nan=False)], ...]


class Film(BaseModel):
    """How a film was made."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: str = __version__
    run: str
    stops: tuple[_Stop, ...] = Field(min_length=2)
    path: str = "linear"
    timing: Timing = Timing()
    size: int = Field(default=0, ge=0)
    resampling: Resampling = "lanczos"

    @classmethod
    def of(cls, run: Path, path: CodePath, timing: Timing, size: int, resampling: Resampling = "lanczos") -> "Film":
        """Put down how a film of a path is made."""
        stops = tuple(tuple(float(value) for value in stop) for stop in path.stops)
        return cls(run=str(run), stops=stops, path=path.kind, timing=timing, size=size, resampling=resampling)

    def code_path(self) -> CodePath:
        """Return the path the film walks; raises UsageError when its stops do not fit together."""
        return CodePath.of(self.stops, len(self.stops[0]), self.path, self.timing.closed)

    def command(self, output: Path) -> str:
        """Return the command line that makes the film again."""
        first, *between, last = (format_code(np.array(stop, np.float32)) for stop in self.stops)
        words = ["vae-studio", "morph", self.run, f"--from={first}", *(f"--via={stop}" for stop in between)]
        words += [f"--to={last}", f"--path={self.path}", f"--frames={self.timing.frames}", f"--fps={self.timing.fps}"]
        words += [f"--size={self.size}"]  # named even at 0: morph has a size of its own
        words += {"once": [], "loop": ["--loop"], "ping-pong": ["--cycle=ping-pong"]}[self.timing.cycle]
        words += [f"--easing={self.timing.easing}"] if self.timing.easing != "even" else []
        words += [f"--hold={self.timing.hold:g}"] if self.timing.hold else []
        words += [f"--resampling={self.resampling}"] if self.resampling != "lanczos" else []
        return shlex.join([*words, "-o", str(output)])


def side_file_of(film_file: Path) -> Path:
    """Return where the side file of a film lies: beside it, with the suffix .json."""
    return film_file.with_suffix(".json")


def write_side_file(film_file: Path, film: Film) -> Path:
    """Write the side file of a film and return its path; raises ExportError when it cannot be written."""
    told = {**film.model_dump(mode="json"), "command": film.command(film_file)}
    target = side_file_of(film_file)
    write_bytes(target, json.dumps(told, indent=2, ensure_ascii=False).encode() + b"\n")
    return target


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
