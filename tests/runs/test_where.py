"""Codes from what people point at, and where runs lie."""

import os

import numpy as np
import pytest
from PIL import Image

from tests.small import CPU, pictures, recipe
from vae_studio.errors import DataError, UsageError
from vae_studio.runs.home import HOME_VARIABLE, known_runs, reserve_run_path
from vae_studio.runs.run import load_snapshot, start_run
from vae_studio.runs.where import Finder, picture_for


@pytest.fixture
def images():
    return pictures(12)


@pytest.fixture
def finder(tmp_path, images):
    np.save(tmp_path / "pictures.npy", images.pictures)
    run = start_run(recipe(data__source=str(tmp_path / "pictures.npy")), CPU, tmp_path / "run")
    return Finder(run.folder, load_snapshot(run.folder))


def test_a_number_a_file_and_a_code_find_the_same_place(finder, images, tmp_path):
    by_number = finder.find("#3")
    Image.fromarray(images.pictures[3, :, :, 0]).save(tmp_path / "three.png")
    assert np.array_equal(finder.find(str(tmp_path / "three.png")), by_number)
    assert np.array_equal(finder.find(",".join(str(value) for value in by_number)), by_number)


@pytest.mark.parametrize(
    ("where", "sentence"),
    [
        ("#x", "is not a picture number; write # and a whole number"),
        ("#99", r"no picture #99: .* has #0 to #11"),
        ("#-1", "no picture #-1"),
        ("1,2,3", "has 2 numbers, but '1,2,3' has 3"),
        ("cat.png", "is no picture number .*, no image file that exists and no code"),
        ("1," * 3000, "has 2 numbers"),
        ("", "2 numbers"),
    ],
)
def test_anything_else_is_answered_with_what_to_write(finder, where, sentence):
    with pytest.raises(UsageError, match=sentence):
        finder.find(where)


def test_a_file_that_is_no_picture_is_refused(finder, tmp_path):
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(DataError):
        finder.find(str(tmp_path / "text.png"))


@pytest.mark.parametrize("shape", [(8, 8, 1), (8, 8, 3), (9, 5, 1), (5, 9, 3)])
def test_a_picture_is_brought_to_the_runs_size_and_colours(tmp_path, shape):
    Image.fromarray(np.full((20, 30, 3), 77, np.uint8)).save(tmp_path / "grey.png")
    found = picture_for(tmp_path / "grey.png", shape, "crop")
    assert found.shape == shape
    assert (found == 77).all()


def test_new_runs_get_free_names_and_are_found_newest_first(tmp_path, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    assert known_runs() == []
    first = reserve_run_path("/pictures/My cells!.npz")
    assert first.name.startswith("My-cells-2")
    assert first.parent == tmp_path / "home"
    start_run(recipe(), CPU, first, images=pictures())
    second = reserve_run_path("/pictures/My cells!.npz")
    assert second != first
    start_run(recipe(), CPU, second, images=pictures())
    os.utime(first / "manifest.json", (1, 1))
    (tmp_path / "home" / "no run").mkdir()
    assert known_runs() == [second, first]
    assert reserve_run_path("").is_dir()
    assert reserve_run_path("").name.startswith("run-")
