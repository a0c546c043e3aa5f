"""MNIST for benchmarks, never downloaded."""

from pathlib import Path

from vae_studio.data.catalogue import open_source
from vae_studio.data.image_set import ImageSet
from vae_studio.data.options import DataOptions
from vae_studio.errors import DataError


def open_mnist(data: Path) -> ImageSet:
    """Return all 70,000 pictures, the last 10,000 held out; raises DataError when they are not there."""
    if not (data / "MNIST" / "raw").is_dir():
        raise DataError(f"MNIST is missing: there is no {data / 'MNIST' / 'raw'}; say where it lies with --data.")
    return open_source(DataOptions(source="mnist", root=str(data)))
