"""Codes as Parquet columns."""

from pathlib import Path

import numpy as np

from vae_studio.errors import ExportError
from vae_studio.export.table import Table
from vae_studio.extras import install_hint
from vae_studio.files import replacing


def write(path: Path, table: Table) -> None:
    """Write columns index, name, label, mu_0, …, log_var_0, …; raises ExportError when pyarrow is not installed."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise ExportError(
            f"Parquet tables need one more package; run {install_hint('tables')} or write a .csv instead."
        ) from None
    every = range(len(table.codes))
    columns = {
        "index": table.index(),
        "name": pyarrow.array([table.name(row) for row in every], pyarrow.string()),
        "label": pyarrow.array([table.label(row) for row in every], pyarrow.string()),
        **{name: np.ascontiguousarray(values) for name, values in table.numbers()},
    }
    with replacing(path) as file:
        parquet.write_table(pyarrow.table(columns), file)
