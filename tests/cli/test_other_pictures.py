"""Pictures that are not as the run knows them, and places where there is no run: the user is told."""

import numpy as np
import pytest
from PIL import Image

from tests.cli.calling import call
from vae_studio.data.digits import load_digits


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """Digits of twice the size, as a file."""
    path = tmp_path_factory.mktemp("large") / "large.npz"
    np.savez(path, images=load_digits().pictures[:40].repeat(2, axis=1).repeat(2, axis=2))
    return path


def commands(run, source, folder):
    yield ("evaluate", run, source, "--json", "--samples", 1)
    yield ("encode", run, source, "-o", folder / "codes.csv")


def test_pictures_of_another_size_are_told_once(run, large, tmp_path):
    for words in commands(run, large, tmp_path):
        told = call(*words)
        assert told.code == 0, told.err
        assert told.err.count("came in 16 x 16 pixels and were brought to the run's 8 x 8") == 1


def test_pictures_of_the_runs_size_need_no_word(run, tmp_path):
    np.savez(tmp_path / "same.npz", images=load_digits().pictures[:40])
    for source in (tmp_path / "same.npz", "digits"):
        for words in commands(run, source, tmp_path):
            assert "brought to" not in call(*words).err


def test_files_of_several_sizes_are_told(run, tmp_path):
    (tmp_path / "files").mkdir()
    for number, side in enumerate((8, 12, 20)):
        Image.fromarray(np.full((side, side), 99, np.uint8)).save(tmp_path / "files" / f"{number}.png")
    told = call("encode", run, tmp_path / "files", "-o", tmp_path / "codes.csv")
    assert "the pictures of files came in several sizes and were brought to the run's 8 x 8." in told.err


def test_a_memoriser_says_that_it_knows_no_strangers(tmp_path):
    run, words = tmp_path / "run", ["--set", "limit=3", "--set", "network.pictures=3"]
    assert call("train", "digits", "-o", run, "--preset", "one-hot", "--epochs", 2, *words).code == 0
    told = call("encode", run, "digits", "-o", tmp_path / "codes.csv")
    assert "a memoriser of 3 pictures; 1,794 of these 1,797 are others" in told.err
    np.savez(tmp_path / "own.npz", images=load_digits().pictures[[0, 599, 1198]])
    assert "memoriser" not in call("encode", run, tmp_path / "own.npz", "-o", tmp_path / "codes.csv").err
    Image.fromarray(load_digits().pictures[5, :, :, 0]).save(tmp_path / "five.png")
    told = call("decode", run, "--z", tmp_path / "five.png", "-o", tmp_path / "a.png")
    assert told.code == 0 and "this picture is none of them" in told.err
    assert "memoriser" not in call("decode", run, "--z", "#1", "-o", tmp_path / "a.png").err


def test_the_label_that_is_drawn_is_told(tmp_path):
    run = tmp_path / "run"
    words = ["--set", "network.condition=label", "--set", "network.kind=dense", "--set", "limit=100", "--epochs", 1]
    assert call("train", "digits", "-o", run, *words).code == 0
    for command in (["sample"], ["map"], ["traverse"], ["decode", "--z", "0,0"]):
        chosen = [command[0], run, *command[1:], "-o", tmp_path / "a.png"]
        assert "drawn as '0' (--label draws another)." in call(*chosen).out
        assert call(*chosen, "--label", "7").out.strip().endswith("drawn as '7'.")
    numbered = ["morph", run, "--from", "#3", "--to", "#4", "--frames", 4, "-o", tmp_path / "a.gif"]
    label = load_digits().label_of(3 * 1797 // 100)
    assert f"drawn as {label!r}" in call(*numbered).out


def test_a_packed_run_and_an_experiment_are_no_run_folders(run, tmp_path):
    assert call("pack", run, "-o", tmp_path / "a.vaez").code == 0
    told = call("decode", tmp_path / "a.vaez", "--z", "0,0", "-o", tmp_path / "a.png")
    assert told.code == 1
    assert told.err == f"vae-studio: {tmp_path}/a.vaez is a packed run; take it out with: " + (
        f"vae-studio unpack {tmp_path}/a.vaez -o a\n"
    )
    experiment = tmp_path / "exp"
    (experiment / "runs").mkdir(parents=True)
    (experiment / "experiment.json").write_text("{}")
    assert "none of them is trained yet" in call("evaluate", experiment).err
    (experiment / "runs" / "beta-4").symlink_to(run, target_is_directory=True)
    told = call("evaluate", experiment)
    assert told.code == 1
    assert f"is an experiment, a folder of several runs; choose one of them, like {experiment}/runs/beta-4." in told.err
