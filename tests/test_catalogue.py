"""Catalogues and their rows."""

import pytest
from pydantic import ValidationError

from vae_studio.catalogue import Catalogue, Options, Row
from vae_studio.errors import StudioError, UsageError
from vae_studio.resources import resource


@pytest.fixture
def catalogue():
    return Catalogue(
        "fruit", Row("pear", "Pear", "Green.", "math:floor"), Row("apple", "Apple", "Red.", "no_such_module:thing")
    )


def test_rows_are_a_mapping_in_their_order(catalogue):
    assert list(catalogue) == ["pear", "apple"]
    assert len(catalogue) == 2
    assert "pear" in catalogue
    assert "plum" not in catalogue
    assert catalogue["pear"].title == "Pear"
    assert catalogue.get("apple").summary == "Red."


def test_code_is_imported_when_it_is_asked_for_and_not_before(catalogue):
    assert catalogue["pear"].load()(1.5) == 1
    with pytest.raises(ModuleNotFoundError):
        catalogue["apple"].load()


def test_an_unknown_name_gets_the_nearest_one_or_all(catalogue):
    with pytest.raises(UsageError, match=r"There is no fruit called 'aple'; did you mean 'apple'\?"):
        catalogue["aple"]
    with pytest.raises(UsageError, match=r"There is no fruit called 'xyz'; choose one of pear, apple\."):
        catalogue["xyz"]


def test_options_are_frozen_and_know_no_others():
    class Two(Options):
        size: int = 2

    with pytest.raises(ValidationError):
        Two().size = 3
    with pytest.raises(ValidationError):
        Two(sise=3)


def test_a_missing_resource_is_a_fault_of_the_installation():
    assert resource("presets", "balanced.toml").is_file()
    with pytest.raises(StudioError, match=r"presets/none\.toml is missing from this installation; please reinstall"):
        resource("presets", "none.toml")
