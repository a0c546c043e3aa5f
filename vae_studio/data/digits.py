"""The handwritten digits that come with scikit-learn: 1,797 real pictures of 8x8, nothing to download."""

import numpy as np

from vae_studio.data.image_set import ImageSet

_INK_LEVELS = 16  # the pictures count inked dots: 0..16


def load_digits() -> ImageSet:
    """Return the digits, 0..16 scaled to 0..255, labelled "0" to "9"."""
    from sklearn.datasets import load_digits as bundled

    found = bundled()
    pictures = np.round(found.images * (255 / _INK_LEVELS)).astype(np.uint8)[..., None]
    return ImageSet("digits", pictures, found.target.astype(np.int64), tuple("0123456789"))
