"""How much of what makes the pictures differ comes back through the code."""

import numpy as np

from vae_studio.data.image_set import Pictures

_CHUNK = 20  # pictures at once: in doubles they take eight times their room


def explained_share(originals: Pictures, reconstructions: Pictures, mean: np.ndarray | None = None) -> float | None:
    """Return 1 - squared error / squared distance to the mean picture: 1 is perfect, 0 what the mean picture does.

    Pictures are uint8 [N, H, W, C]; `mean` [H, W, C] is that of the originals unless another is given. Nothing is
    returned where all pictures are that mean.
    """
    centre = originals.mean(axis=0) if mean is None else mean
    spread = error = 0.0
    for start in range(0, len(originals), _CHUNK):
        few = slice(start, start + _CHUNK)
        exact = originals[few].astype(np.float64)
        spread += float(((exact - centre) ** 2).sum())
        error += float(((exact - reconstructions[few]) ** 2).sum())
    return 1 - error / spread if spread else None


def drawn_share(originals: Pictures, reconstructions: Pictures) -> float | None:
    """Return the same beside one even grey (or colour) for all pictures: of a single picture it can be told as well."""
    return explained_share(originals, reconstructions, originals.mean(axis=(0, 1, 2)))
