"""Codes as comma-separated values."""

import csv
import io
from pathlib import Path

import numpy as np

from vae_studio.export.table import Table
from vae_studio.files import replacing

_BLOCK = 4096  # rows turned into text at a time


def write(path: Path, table: Table) -> None:
    """Write columns index, name, label, mu_0, …, log_var_0, …; numbers read back as exactly the same float32."""
    with replacing(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        rows = csv.writer(text, lineterminator="\n")
        rows.writerow(["index", "name", "label", *(column for column, _ in table.numbers())])
        index = table.index().tolist()
        for start in range(0, len(table.codes), _BLOCK):
            block = table.codes.subset(np.arange(start, min(start + _BLOCK, len(table.codes))))
            numbers = np.concatenate([block.mu, block.log_var], axis=1).astype(np.str_).tolist()
            rows.writerows(
                [index[row], table.name(row), table.label(row), *values] for row, values in enumerate(numbers, start)
            )
        text.detach()  # the file is not ours to close
