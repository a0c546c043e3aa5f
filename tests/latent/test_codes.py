"""Codes keep together what belongs together."""

import subprocess
import sys

import numpy as np
import pytest

from vae_studio.latent.codes import Codes


def test_subset_takes_rows_of_both():
    codes = Codes(np.arange(6, dtype=np.float32).reshape(3, 2), -np.arange(6, dtype=np.float32).reshape(3, 2))
    assert (len(codes), codes.dim) == (3, 2)
    some = codes.subset(np.array([2, 0]))
    assert some.mu.tolist() == [[4, 5], [0, 1]] and some.log_var.tolist() == [[-4, -5], [0, -1]]
    with pytest.raises(ValueError, match="must both be"):
        Codes(codes.mu, codes.mu[:2])


def test_neither_codes_nor_films_load_the_heavy_libraries():
    modules = "latent.path latent.plane latent.neighbours latent.timing latent.text latent.paths.geodesic"
    modules += " export.gif export.table export.tables.parquet export.map_image export.side_file export.sheet"
    script = f"import sys\nfor m in {modules.split()}: __import__('vae_studio.' + m)\n"
    script += "assert not {'torch', 'torchvision', 'scipy', 'sklearn', 'pyarrow', 'PySide6'} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
