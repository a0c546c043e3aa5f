"""Recipes and scripts from the command line."""

import json

import pytest
import safetensors.torch

from tests.cli.calling import call
from tests.small import assert_same
from vae_studio.runs.store import RunFolder


def weights_of(path):
    return safetensors.torch.load(RunFolder.open(path).read("weights"))


def test_the_recipe_of_a_run_makes_the_same_weights_again(run, tmp_path):
    recipe = tmp_path / "recipe.toml"
    recipe.write_bytes(RunFolder.open(run).read("recipe"))
    for number, source in enumerate((recipe, run)):
        result = call("train", "--recipe", source, "-o", tmp_path / str(number), "--device", "cpu", "--json")
        assert result.code == 0 and json.loads(result.out)["epochs"] == 2
        assert_same(weights_of(run), weights_of(tmp_path / str(number)))


def test_options_go_before_the_recipe_in_the_file(run, tmp_path):
    words = ["train", "digits", "--recipe", run, "--epochs", "1", "--seed", "3", "-o", tmp_path / "other", "--json"]
    assert json.loads(call(*words).out)["epochs"] == 1
    assert RunFolder.open(tmp_path / "other").read_text("recipe").count("seed = 3") == 1


def test_the_script_of_a_run_is_printed_or_written_with_its_pictures(run, tmp_path):
    printed = call("script", run)
    assert printed.code == 0 and "nn.Linear(64, 32)" in printed.out and "pictures.npz" in printed.err
    compile(printed.out, "train.py", "exec")
    result = call("script", run, "-o", tmp_path / "lesson.py")
    assert result.code == 0 and {path.name for path in tmp_path.iterdir()} == {"lesson.py", "lesson.npz"}
    preset = call("script", "--preset", "keras", "--set", "epochs=3")
    assert "SEED, EPOCHS = 0, 3\nBATCH, LATENT = 128, 2" in preset.out and "nn.Conv2d(1, 64" in preset.out


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["train", "-o", "run"], 2, "Say which pictures"),
        (["train", "digits", "--preset", "quick", "--recipe", "x.toml", "-o", "run"], 2, "not both"),
        (["train", "--recipe", "x.toml", "-o", "run"], 1, "There is no recipe at x.toml"),
        (["script"], 2, "one of them"),
        (["script", "x.toml", "--preset", "quick"], 2, "one of them"),
        (["script", "--preset", "quick", "-o", "train.txt"], 2, "has to end in .py"),
        (["script", "--preset", "quick", "--set", "objective.kind=beta-tcvae"], 2, "too long for a short script"),
        (["script", "--preset", "quick", "--source", "dgits"], 1, "did you mean 'digits'"),
    ],
)
def test_bad_usage_is_one_sentence(monkeypatch, tmp_path, words, code, told):
    monkeypatch.chdir(tmp_path)
    result = call(*words)
    assert (result.code, result.out) == (code, "") and told in result.err
    assert result.err.count("\n") == 1 and not list(tmp_path.iterdir())
