"""The frames of a film: decoded along a path and brought to size, a batch at a time."""

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from vae_studio.data.image_set import Pictures
from vae_studio.export.resizing import Resampling, resized
from vae_studio.latent.codes import Decode
from vae_studio.latent.path import Curve

_BATCH = 32
_AHEAD = 4  # frames for each thread; large ones are many times what was decoded


def frames(
    curve: Curve,
    moments: npt.NDArray[np.float64],
    decode: Decode,
    size: int = 0,
    resampling: Resampling = "lanczos",
    batch: int = _BATCH,
) -> Iterator[Pictures]:
    """Yield the frame [H, W, C] at each of the moments on a curve.

    `batch` of them are decoded at a time; some are brought to size in other threads while the caller uses the last.
    """
    threads = os.cpu_count() or 1
    with ThreadPoolExecutor(threads) as pool:  # products let other threads run
        ahead: deque[Future[Pictures]] = deque()
        for start in range(0, len(moments), batch):
            for picture in decode(curve(moments[start : start + batch])):
                ahead.append(pool.submit(resized, picture, size, resampling))
                if len(ahead) > _AHEAD * threads:
                    yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
