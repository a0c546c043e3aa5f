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
