"""A morph as a film: its file, and the side file that says how to make it again."""

from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from vae_studio.data.image_set import Pictures
from vae_studio.data.progress import Progress, silent
from vae_studio.errors import UsageError
from vae_studio.export.film_formats import FilmFormat, film_format, format_for
from vae_studio.export.films.png_frames import PATTERN
from vae_studio.export.folder import refuse_strangers
from vae_studio.export.frames import frames
from vae_studio.export.overlay import overlaid, way_of
from vae_studio.export.reel import Reel
from vae_studio.export.resizing import Resampling
from vae_studio.export.side_file import Film, read_side_file, side_file_bytes, side_file_of
from vae_studio.files import replacing
from vae_studio.latent.cloud import Cloud
from vae_studio.latent.codes import Floats
from vae_studio.latent.path import Path as CodePath
from vae_studio.latent.timing import Timing
from vae_studio.latent.walk import walk


class Decoder(Protocol):
    """What a film needs of a model."""

    def decode(self, z: Floats) -> Pictures:
        """Return the pictures of z [N, D], [N, H, W, C]."""
        ...

    def decode_floats(self, z: Floats) -> npt.NDArray[np.float32]:
        """Return the same before it is rounded to bytes, in [0, 1]; only a pace in pictures asks for it."""
        ...

    def decode_mean(self, z: Any) -> Any:
        """Return the same as a torch tensor [N, C, H, W] in [0, 1] through which gradients reach z."""
        ...


def write_film(
    file: Path,
    decoder: Decoder,
    run: Path,
    path: CodePath,
    timing: Timing,
    size: int,
    resampling: Resampling = "lanczos",
    progress: Progress = silent,
) -> Path:
    """Write a plain film of a path in the format that the suffix of `file` names; as `make_film`."""
    film = Film.of(run, path, timing, size, resampling, format=format_for(file).name)
    return make_film(file, film, decoder, progress=progress)


def make_film(
    file: Path, film: Film, decoder: Decoder, cloud: Cloud | None = None, progress: Progress = silent
) -> Path:
    """Write a film and its side file; return the film's path.

    `cloud` holds the codes of the run for the map. Frames are drawn as they are written, so that a long film takes no
    more memory than a short one. Raises UsageError for what cannot be made, ExportError when the disk refuses; then
    and when a `progress` raises, what was there before stays and nothing is left behind.
    """
    kind = check_place(file, film)
    options = kind.chosen(film.options)
    reel = _reel(film, decoder, cloud, progress)
    with replacing(side_file_of(file)) as side:
        more = kind.load_notes()(file.name, reel, options) if kind.notes else {}
        # On the disk before the film is: a disk that this fills leaves both as they were.
        side.write(side_file_bytes(file, film, more))
        side.flush()
        kind.load()(file, reel, options, progress)
    return file


def check_place(file: Path, film: Film) -> FilmFormat:
    """Return the format of a film after a look at what can be known before the work begins.

    Raises UsageError for a suffix that does not fit, ExportError when a package is missing, or something is in the way
    that is no film.
    """
    kind = film_format(film.format)
    if file.name in ("", ".."):
        raise UsageError(f"{file} has no name of its own; give the film one.")
    if kind.suffixes:
        format_for(file, kind.name)
    kind.check()
    side = side_file_of(file)
    if side == file:
        raise UsageError(f"{file.name!r} is the name of the side file; give the film another one.")
    if side.exists():
        try:
            read_side_file(side)
        except UsageError as error:
            raise UsageError(
                f"{side} is there already and is no side file of a film; give the film another name."
            ) from error
    if not kind.suffixes:
        refuse_strangers(file, PATTERN)
    return kind


def _reel(film: Film, decoder: Decoder, cloud: Cloud | None, progress: Progress) -> Reel:
    path = film.code_path()
    fps = film.fps
    curve, moments = walk(path, film.timing, film.keys, fps, decoder.decode_mean, decoder.decode_floats, progress)
    drawn = frames(curve, moments, decoder.decode, film.size, film.resampling)
    shown = overlaid(drawn, curve(moments), film.overlay, cloud, way_of(curve, path.segments))
    return Reel.of(shown, len(moments), fps)
