"""How much of what makes the pictures differ comes back through the code."""

import numpy as np

from vae_studio.data.image_set import Pictures


def explained_share(originals: Pictures, reconstructions: Pictures, mean: np.ndarray | None = None) -> float | None:
    """Return 1 - squared error / squared distance to the mean picture: 1 is perfect, 0 what the mean picture does.

    Pictures are uint8 [N, H, W, C]; `mean` [H, W, C] is that of the originals unless another is given. Nothing is
    returned where all pictures are the same.
    """
    exact = originals.astype(np.float64)
    away = exact - (exact.mean(axis=0) if mean is None else mean)
    spread = float((away**2).sum())
    if spread == 0:
        return None
    return 1 - float(((exact - reconstructions) ** 2).sum()) / spread
