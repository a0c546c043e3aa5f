"""Film settings: what a film is saved as."""

from dataclasses import dataclass, field
from typing import Any

from vae_studio.export.film_formats import FilmFormat, film_format
from vae_studio.export.overlay import Overlay
from vae_studio.export.resizing import Resampling


@dataclass(frozen=True)
class FilmSettings:
    """The file of a film: its format and the format's options, the size of its frames, what is laid over them."""

    format: str = "gif"
    size: int = 256  # pixels of the longer side
    resampling: Resampling = "lanczos"
    overlay: Overlay = field(default_factory=Overlay)
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> FilmFormat:
        """The format itself."""
        return film_format(self.format)
