"""Tables read back exactly, and without pickle."""

import csv
import sys

import numpy as np
import pytest

from vae_studio.errors import ExportError, UsageError
from vae_studio.export.table import TABLES, write_codes
from vae_studio.latent.codes import Codes


@pytest.fixture
def codes():
    rng = np.random.default_rng(0)
    return Codes(rng.normal(size=(5000, 3)).astype(np.float32), rng.normal(size=(5000, 3)).astype(np.float32))


labels = np.arange(5000) % 3 - 1
label_names = ["cat, small", 'dog "big"']
names = [f"bild {i} ä.png" for i in range(5000)]


def test_csv_reads_back_exactly(tmp_path, codes):
    path = tmp_path / "codes.CSV"
    write_codes(path, codes, labels, names, label_names)
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["index", "name", "label", "mu_0", "mu_1", "mu_2", "log_var_0", "log_var_1", "log_var_2"]
    assert [row[0] for row in rows] == [str(i) for i in range(5000)]
    assert [row[1] for row in rows] == names
    assert [row[2] for row in rows[:3]] == ["", *label_names]
    values = np.array([row[3:] for row in rows]).astype(np.float32)
    assert np.array_equal(values, np.concatenate([codes.mu, codes.log_var], axis=1))


def test_npz_reads_back_without_pickle(tmp_path, codes):
    write_codes(tmp_path / "codes.npz", codes, labels, names, label_names)
    with np.load(tmp_path / "codes.npz", allow_pickle=False) as arrays:
        assert np.array_equal(arrays["mu"], codes.mu) and np.array_equal(arrays["log_var"], codes.log_var)
        assert arrays["labels"].tolist() == labels.tolist()
        assert arrays["label_names"].tolist() == label_names and arrays["names"].tolist() == names
    write_codes(tmp_path / "bare.npz", codes)
    with np.load(tmp_path / "bare.npz", allow_pickle=False) as arrays:
        assert arrays["labels"].shape == arrays["names"].shape == (0,)


def test_parquet_reads_back_exactly(tmp_path, codes):
    parquet = pytest.importorskip("pyarrow.parquet")
    write_codes(tmp_path / "codes.parquet", codes, labels, names, label_names)
    table = parquet.read_table(tmp_path / "codes.parquet")
    assert table.column_names[:4] == ["index", "name", "label", "mu_0"]
    assert table["label"].to_pylist()[:3] == ["", *label_names]
    assert np.array_equal(table["log_var_2"].to_numpy(), codes.log_var[:, 2])


def test_parquet_without_its_library_says_what_to_install(tmp_path, codes, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ExportError, match=r"run pip install \"vae-studio\[tables\]\" or"):
        write_codes(tmp_path / "codes.parquet", codes)
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_written_is_refused(tmp_path, codes):
    with pytest.raises(UsageError, match=r"end its name in one of \.csv, \.npz, \.parquet"):
        write_codes(tmp_path / "codes.xlsx", codes)
    with pytest.raises(UsageError, match="the names 3"):
        write_codes(tmp_path / "codes.csv", codes, names=["a", "b", "c"])
    for suffix in ("csv", "npz"):
        with pytest.raises(ExportError, match="does not exist"):
            write_codes(tmp_path / "nowhere" / f"codes.{suffix}", codes)
    assert not list(tmp_path.iterdir())


def test_labels_beyond_their_names_are_numbers(tmp_path):
    codes = Codes(np.zeros((2, 1), np.float32), np.zeros((2, 1), np.float32))
    write_codes(tmp_path / "a.csv", codes, labels=np.array([0, 7]), label_names=["zero"])
    assert (tmp_path / "a.csv").read_text().splitlines()[1:] == ["0,,zero,0.0,0.0", "1,,7,0.0,0.0"]


def test_every_row_of_the_catalogue_loads():
    assert all(callable(row.load()) for row in TABLES.values())
