"""Codes as NumPy arrays."""

from pathlib import Path

import numpy as np

from vae_studio.export.table import Table
from vae_studio.files import replacing


def write(path: Path, table: Table) -> None:
    """Write index, mu, log_var, labels, label_names and names; what is not known is empty. Nothing is pickled."""
    with replacing(path) as file:
        np.savez_compressed(
            file,
            index=table.index(),
            mu=table.codes.mu,
            log_var=table.codes.log_var,
            labels=np.zeros(0, np.int64) if table.labels is None else table.labels,
            label_names=np.array(list(table.label_names), np.str_),
            names=np.array(list(table.names), np.str_),
        )
