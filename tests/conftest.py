"""What all tests share."""

import os

import pytest
from hypothesis import settings

settings.register_profile("calm", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("calm")


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
