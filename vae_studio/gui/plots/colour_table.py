"""Tables of colours for numbers, from dark to bright, equally readable at every step."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

STEPS = 256


@lru_cache(maxsize=4)
def colour_table(name: str) -> npt.NDArray[np.uint8]:
    """Return a table such as "viridis" or "magma", [256, 3]."""
    import pyqtgraph as pg

    table = np.array(pg.colormap.get(name).getLookupTable(nPts=STEPS, alpha=False), np.uint8)
    table.flags.writeable = False
    return table


@lru_cache(maxsize=4)
def shades(name: str, unknown: int = 150) -> npt.NDArray[np.uint8]:
    """Return the colours for the steps of a column: 254 from a table, and a grey for what is not known, [255, 3]."""
    table = colour_table(name)[np.linspace(0, STEPS - 1, 254).round().astype(np.int64)]
    return np.concatenate([table, np.full((1, 3), unknown, np.uint8)])
