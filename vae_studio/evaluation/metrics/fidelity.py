"""How near reconstructions are to their pictures: PSNR, and SSIM (Wang, Bovik, Sheikh and Simoncelli, 2004)."""

import numpy as np
import numpy.typing as npt
from scipy.ndimage import correlate1d

from vae_studio.data.image_set import Pictures
from vae_studio.data.progress import Progress
from vae_studio.evaluation.metrics.reading import Reading
from vae_studio.evaluation.metrics.subject import Subject, spread
from vae_studio.plural import counted

_PICTURES = 1000
_WINDOW, _SIGMA = 11, 1.5  # pixels; small pictures get a smaller window
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
_MOST_DECIBELS = 100.0  # two pictures that are the same have no noise at all

Floats = npt.NDArray[np.float64]


def fidelity(subject: Subject, progress: Progress) -> list[Reading]:
    """Return the means over held-out pictures and their reconstructions from the posterior means."""
    chosen = spread(subject.measured, _PICTURES)
    originals = subject.images.pictures[chosen]
    back = subject.reconstructions(chosen)
    progress(0.5, "")
    note = f"{counted(len(chosen), 'held-out picture')}"
    return [
        Reading("psnr", "PSNR of reconstructions, dB", float(psnr(originals, back).mean()), note),
        Reading("ssim", "SSIM of reconstructions", float(ssim(originals, back).mean()), note),
    ]


def psnr(first: Pictures, second: Pictures) -> Floats:
    """Return the peak signal-to-noise ratio of each pair of pictures [N, H, W, C], in decibels, [N]."""
    error = ((first.astype(np.float64) - second) ** 2).mean(axis=(1, 2, 3))
    floor = 255.0**2 / 10 ** (_MOST_DECIBELS / 10)
    ratio: Floats = 10 * np.log10(255.0**2 / np.maximum(error, floor))
    return ratio


def ssim(first: Pictures, second: Pictures) -> Floats:
    """Return the structural similarity of each pair of pictures [N, H, W, C], [N]; 1 is the same picture."""
    x, y = first.astype(np.float64), second.astype(np.float64)
    side = min(x.shape[1:3])
    window = _gaussian(min(_WINDOW, side - 1 + side % 2))

    def local(values: Floats) -> Floats:
        """Return the weighted mean around each pixel that has a whole window around it."""
        edge = len(window) // 2
        for axis in (1, 2):
            values = correlate1d(values, window, axis=axis, mode="constant")
        inside: Floats = values[:, edge : values.shape[1] - edge, edge : values.shape[2] - edge]
        return inside

    mean_x, mean_y = local(x), local(y)
    var_x, var_y = local(x * x) - mean_x**2, local(y * y) - mean_y**2
    both = local(x * y) - mean_x * mean_y
    likeness = (2 * mean_x * mean_y + _C1) * (2 * both + _C2)
    likeness /= (mean_x**2 + mean_y**2 + _C1) * (var_x + var_y + _C2)
    means: Floats = likeness.mean(axis=(1, 2, 3))
    return means


def _gaussian(size: int) -> Floats:
    places = np.arange(size) - size // 2
    weights = np.exp(-0.5 * (places / _SIGMA) ** 2)
    normed: Floats = weights / weights.sum()
    return normed
