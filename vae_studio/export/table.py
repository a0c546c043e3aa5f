"""Codes as tables for other programs: a row for each picture."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from vae_studio.catalogue import Catalogue, Row
from vae_studio.errors import UsageError
from vae_studio.latent.codes import Codes

_HERE = "vae_studio.export.tables"

TABLES = Catalogue(  # by suffix
    "kind of table",
    Row("csv", "CSV", "Text with commas; opens in every spreadsheet.", f"{_HERE}.csv_table:write"),
    Row("npz", "NumPy", "Arrays for Python, exact and small.", f"{_HERE}.npz_table:write"),
    Row("parquet", "Parquet", "Columns for pandas, DuckDB, Embedding Atlas; needs pyarrow.", f"{_HERE}.parquet:write"),
)


@dataclass(frozen=True, eq=False)
class Table:
    """Codes with what is known about their pictures."""

    codes: Codes
    labels: npt.NDArray[np.int64] | None = None  # [N]
    label_names: Sequence[str] = ()
    names: Sequence[str] = ()  # [N]
    indices: npt.NDArray[np.int64] | None = None  # [N], the numbers of the pictures; without them 0, 1, 2, …
    entries: npt.NDArray[np.int64] | None = None  # [N, P], of a code book; they say all that the codes say

    def __post_init__(self) -> None:
        names = self.names if len(self.names) else None
        for noun, column in (("labels", self.labels), ("names", names), ("numbers of pictures", self.indices)):
            if column is not None and len(column) != len(self.codes):
                raise UsageError(f"The codes are {len(self.codes)}, the {noun} {len(column)}; they must match.")

    def index(self) -> npt.NDArray[np.int64]:
        """Return the numbers of the pictures, [N]."""
        return np.arange(len(self.codes), dtype=np.int64) if self.indices is None else self.indices

    def label(self, row: int) -> str:
        """Return what the label of a row's picture is called, or nothing."""
        if self.labels is None or (label := int(self.labels[row])) < 0:
            return ""
        return self.label_names[label] if label < len(self.label_names) else str(label)

    def name(self, row: int) -> str:
        """Return the file name of a row's picture, or nothing."""
        return self.names[row] if len(self.names) else ""

    def numbers(self) -> Iterator[tuple[str, npt.NDArray[Any]]]:
        """Yield the columns mu_0, …, log_var_0, …, each [N]; of points mu_0, … alone, with a code book entry_0, …"""
        if self.entries is not None:
            for place in range(self.entries.shape[1]):
                yield f"entry_{place}", self.entries[:, place]
            return
        columns = (("mu", self.codes.mu), ("log_var", self.codes.log_var))
        for prefix, values in columns[: 1 if self.codes.are_points else 2]:
            for dimension in range(self.codes.dim):
                yield f"{prefix}_{dimension}", values[:, dimension]


def write_codes(
    path: Path,
    codes: Codes,
    labels: npt.NDArray[np.int64] | None = None,
    names: Sequence[str] = (),
    label_names: Sequence[str] = (),
    indices: npt.NDArray[np.int64] | None = None,
    entries: npt.NDArray[np.int64] | None = None,
) -> None:
    """Write a table of codes in the format that the suffix of `path` names.

    Raises UsageError for another suffix or columns of unequal length, ExportError when the file cannot be written.
    """
    path = Path(path)
    suffix = path.suffix.lower().removeprefix(".")
    if suffix not in TABLES:
        endings = ", ".join(f".{name}" for name in TABLES)
        raise UsageError(f"{path.name} does not say what kind of table to write; end its name in one of {endings}.")
    write: Any = TABLES[suffix].load()
    write(path, Table(codes, labels, label_names, names, indices, entries))
