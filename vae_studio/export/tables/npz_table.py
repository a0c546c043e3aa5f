"""Codes as NumPy arrays."""

from pathlib import Path

import numpy as np

from vae_studio.export.table import Table
from vae_studio.files import replacing


def write(path: Path, table: Table) -> None:
    """Write index, mu, log_var, entries, labels, label_names, names; unknown ones are empty, nothing is pickled."""
    with replacing(path) as file:
        np.savez_compressed(
            file,
            index=table.index(),
            mu=table.codes.mu,
            log_var=np.zeros((0, 0), np.float32) if table.codes.are_points else table.codes.log_var,
            entries=np.zeros((0, 0), np.int64) if table.entries is None else table.entries,
            labels=np.zeros(0, np.int64) if table.labels is None else table.labels,
            label_names=np.array(list(table.label_names), np.str_),
            names=np.array(list(table.names), np.str_),
        )
