"""What all tests share."""

import os

if "PYTEST_XDIST_WORKER" in os.environ:  # one core for each process, or they all wait for each other
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is imported

import pytest
from hypothesis import settings

from vae_studio.runs.archive import pack
from vae_studio.runs.store import RunFolder

settings.register_profile("calm", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("calm")


def pytest_collection_modifyitems(config, items):
    """Leave out what takes minutes, unless it is asked for: `python -m pytest -m slow`."""
    if "slow" not in config.getoption("markexpr"):
        for item in items:
            if item.get_closest_marker("slow"):
                item.add_marker(pytest.mark.skip(reason="slow: python -m pytest -m slow"))


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory):
    """Keep opened folders in a place of the tests' own."""
    before = os.environ.get("VAE_STUDIO_CACHE")
    os.environ["VAE_STUDIO_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    yield
    if before is None:
        del os.environ["VAE_STUDIO_CACHE"]
    else:
        os.environ["VAE_STUDIO_CACHE"] = before


@pytest.fixture
def folder(tmp_path):
    """A run folder of two small files; no network belongs to it."""
    made = RunFolder.create(tmp_path / "run")
    made.save({"recipe": b"a = 1\n", "weights": bytes(5000)}, {"epoch": 3})
    return made


@pytest.fixture
def packed(tmp_path, folder):
    """The same run in one file."""
    pack(folder, tmp_path / "run.vaez")
    return tmp_path / "run.vaez"
