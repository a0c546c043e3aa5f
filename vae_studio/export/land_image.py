"""The land of the map in colours: how much data lies at every place, or by how much the decoder magnifies."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vae_studio.data.image_set import Pictures
from vae_studio.data.progress import Progress, silent
from vae_studio.export.map_image import Extent
from vae_studio.latent.codes import Codes
from vae_studio.latent.density import Density
from vae_studio.latent.plane import Plane
from vae_studio.latent.stretch import stretch_map
from vae_studio.plural import counted

_CELLS = 96  # across and down
_USUAL = (1.0, 99.0)  # percentiles that get the ends of the colours
_DARK_TO_BRIGHT = np.array(  # steps of matplotlib's magma
    [
        (0, 0, 4), (28, 16, 68), (79, 18, 123), (129, 37, 129), (181, 54, 122),
        (229, 80, 100), (251, 135, 97), (254, 194, 135), (252, 253, 191),
    ]
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class LandImage:
    """A colour for each cell, as `draw_map` takes its background, and what the colours mean."""

    colours: Pictures  # [G, G, 1, 1, 3]
    sentence: str


def draw_land(
    kind: str, codes: Codes, plane: Plane, decode: object, part: Extent, progress: Progress = silent
) -> LandImage:
    """Draw "density", "support" or "stretch" over a part of the map.

    For the stretch `decode` is differentiable, as in `pullback`.
    """
    left, right, bottom, top = part
    rect = left, bottom, right, top
    if kind == "stretch":
        magnification = stretch_map(decode, plane, rect, _CELLS // 2, _CELLS // 2, progress)
        with np.errstate(divide="ignore"):
            values = np.log(magnification)  # it grows by factors
        low, high, colours = _coloured(values)
        return LandImage(colours, f"bright where the decoder magnifies, from {np.exp(low):.3g} to {np.exp(high):.3g}")
    density = Density.of(codes)
    seen = density.thinned
    of = f" of {counted(seen.pictures, 'picture')}" if seen.sampled else ""
    if kind == "support":
        low, high, colours = _coloured(density.support_map(plane, rect, _CELLS, _CELLS, progress), (0.0, 100.0))
        return LandImage(colours, f"bright where data lies, from 0 to 100% of support{of}")
    low, high, colours = _coloured(density.log_density_map(plane, rect, _CELLS, _CELLS, progress))
    return LandImage(colours, f"bright where data lies, log density{of} from {low:.1f} to {high:.1f} nats")


def _coloured(
    values: npt.NDArray[np.float64], ends: tuple[float, float] | None = None
) -> tuple[float, float, Pictures]:
    """Return the values for the two ends of the colours, and the colours [G, G, 1, 1, 3] of values [G, G]."""
    known = values[np.isfinite(values)]
    low, high = ends or (np.percentile(known, _USUAL).tolist() if len(known) else (0.0, 1.0))
    share = np.clip((np.nan_to_num(values, nan=low, neginf=low) - low) / max(high - low, 1e-9), 0, 1)
    steps = np.linspace(0, 1, len(_DARK_TO_BRIGHT))
    rgb = np.stack([np.interp(share, steps, channel) for channel in _DARK_TO_BRIGHT.T], axis=-1)
    return low, high, rgb.round().astype(np.uint8)[:, :, None, None]
