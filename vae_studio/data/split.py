"""Which pictures are trained on and which are held out."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vae_studio.data.image_set import ImageSet
from vae_studio.errors import DataError


@dataclass(frozen=True, eq=False)
class Split:
    """Indices of the training and the held-out pictures, each sorted; the same ones when nothing is held out."""

    train: npt.NDArray[np.int64]
    held_out: npt.NDArray[np.int64]


def split(images: ImageSet, held_out_share: float, seed: int) -> Split:
    """Hold pictures out: the set's own test part where it has one, else a share drawn with `seed`.

    A share of 0 holds nothing out: all pictures are trained on and measured, as older articles do. Raises DataError
    when there are fewer than two pictures and some have to be held out.
    """
    count = len(images)
    if held_out_share == 0:
        return Split(np.arange(count), np.arange(count))
    if count < 2:
        raise DataError(
            f"{images.name} has one picture; training needs at least two, one of them to be held out, "
            "or data.held_out at 0."
        )
    if images.held_out_from is not None:
        every = np.arange(count)
        return Split(every[: images.held_out_from], every[images.held_out_from :])
    held_out = min(max(1, round(count * held_out_share)), count - 1)
    order = np.random.default_rng(seed).permutation(count)
    return Split(np.sort(order[held_out:]), np.sort(order[:held_out]))
