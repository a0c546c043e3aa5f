"""A morph as a film: the GIF, and the side file that says how to make it again."""

from pathlib import Path
from typing import Any, Protocol

from vae_studio.data.image_set import Pictures
from vae_studio.data.progress import Progress, silent
from vae_studio.errors import UsageError
from vae_studio.export.frames import Resampling, frames
from vae_studio.export.gif import write_gif
from vae_studio.export.side_file import Film, write_side_file
from vae_studio.latent.codes import Floats
from vae_studio.latent.path import Path as CodePath
from vae_studio.latent.timing import Timing

SUFFIX = ".gif"


class Decoder(Protocol):
    """What a film needs of a model."""

    def decode(self, z: Floats) -> Pictures:
        """Return the pictures of z [N, D], [N, H, W, C]."""
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
    """Write the GIF and its side file; return the GIF's path.

    `size` is the longer side in pixels, 0 keeps the model's own. Raises UsageError for another suffix than .gif,
    ExportError when the disk refuses; a `progress` that raises leaves nothing behind.
    """
    if file.suffix.lower() != SUFFIX:
        raise UsageError(f"A morph is saved as a GIF; give a name that ends in {SUFFIX}, not {file.name!r}.")
    curve = path.curve(decoder.decode_mean)
    pictures = frames(curve, timing.moments(len(path.stops)), decoder.decode, size, resampling)
    write_gif(file, pictures, timing.delay_centiseconds, progress=progress, count=timing.frames)
    write_side_file(file, Film.of(run, path, timing, size, resampling))
    return file
