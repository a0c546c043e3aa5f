"""Codes as comma-separated values."""

import csv
import io
from pathlib import Path

import numpy as np

from vae_studio.export.table import Table
from vae_studio.files import replacing

_BLOCK = 4096  # rows turned into text at a time


def write(path: Path, table: Table) -> None:
    """Write columns index, name, label, mu_0, …, log_var_0, … or entry_0, …; numbers read back exactly."""
    with replacing(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        rows = csv.writer(text, lineterminator="\n")
        rows.writerow(["index", "name", "label", *(column for column, _ in table.numbers())])
        index = table.index().tolist()
        columns = [values for _, values in table.numbers()]
        for start in range(0, len(table.codes), _BLOCK):
            block = np.stack([values[start : start + _BLOCK] for values in columns], axis=1)
            numbers = block.astype(np.str_).tolist()
            rows.writerows(
                [index[row], table.name(row), table.label(row), *values] for row, values in enumerate(numbers, start)
            )
        text.detach()  # the file is not ours to close
