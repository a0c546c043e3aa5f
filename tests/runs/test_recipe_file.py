"""Recipes in files of their own: the same weights again, and one sentence for what is no recipe."""

import pytest

from tests.small import CPU, assert_same, pictures, recipe, weights
from vae_studio.errors import StudioError
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.recipe_file import read_recipe_at, save_recipe
from vae_studio.runs.run import Run, start_run
from vae_studio.runs.store import RunFolder


def trained(chosen, images):
    run = Run(chosen, images, CPU)
    for _ in run.train():
        pass
    return weights(run.model)


def test_two_runs_from_one_file_and_from_the_run_itself_have_the_same_weights(tmp_path):
    images = pictures(60)
    save_recipe(tmp_path / "recipe.toml", recipe(**{"training.epochs": 2, "training.seed": 5}))
    first = start_run(read_recipe_at(tmp_path / "recipe.toml"), CPU, tmp_path / "run", images=images)
    for _ in first.train():
        pass
    again = trained(read_recipe_at(tmp_path / "recipe.toml"), images)
    assert_same(weights(first.model), again)
    assert_same(again, trained(read_recipe_at(tmp_path / "run"), images))
    other = trained(read_recipe_at(tmp_path / "run").with_values({"training.seed": 6}), images)
    assert any((other[name] != again[name]).any() for name in again)


def test_a_run_that_does_not_say_how_many_layers_its_residual_blocks_have_has_two(tmp_path, monkeypatch):
    usual = Recipe.to_toml
    monkeypatch.setattr(Recipe, "to_toml", lambda self: usual(self).replace("layers = 2\n", ""))
    network = {"network.kind": "residual", "network.width": 16, "network.layers": 2}
    run = start_run(recipe(**network), CPU, tmp_path / "run", images=pictures())
    for _ in run.train():
        pass
    folder = RunFolder.open(tmp_path / "run")
    assert "layers" not in folder.read_text("recipe")
    again = Run.load(folder, CPU, pictures())
    assert_same(weights(again.model), weights(run.model))


def test_a_recipe_that_was_written_whole_before_blocks_had_layers_means_two():
    whole = Recipe().with_values({"network.kind": "residual", "network.layers": 2})
    assert Recipe.from_toml(whole.to_toml().replace("layers = 2\n", "")) == whole
    assert Recipe.from_toml('[network]\nkind = "residual"\nwidth = 64\n').network.layers == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "There is no recipe at"),
        (b"\xff\xfe\x00", "is not text"),
        (b"x" * (2 << 20), "too large"),
        (b"[objective\n", "not valid TOML"),
        (b"[objective]\nbeta = -1\n", "objective.beta"),
        (b"[preset]\nbeta = -1\n", "'preset'"),
    ],
)
def test_what_is_no_recipe_is_told_in_one_sentence(tmp_path, content, told):
    path = tmp_path / "recipe.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StudioError) as caught:
        read_recipe_at(path)
    assert told in str(caught.value) and "\n" not in str(caught.value)


def test_a_folder_without_a_run_is_no_recipe(tmp_path):
    with pytest.raises(StudioError, match="is not a run folder"):
        read_recipe_at(tmp_path)
