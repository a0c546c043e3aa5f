"""Every bad input gets one clear sentence and the right exit code."""

import json
import os

import numpy as np
import pytest

from tests.cli.calling import call
from vae_studio.cli import archiving, faults
from vae_studio.cli.output import print_json
from vae_studio.cli.values import parse_settings, parse_value
from vae_studio.errors import UsageError

BAD = {
    "decode RUN --z #99999 -o a.png": (2, "There is no picture #99999: digits has #0 to #1796."),
    "decode RUN --z #x -o a.png": (2, "'#x' is not a picture number; write # and a whole number, like #123."),
    "decode RUN --z 1,2,3 -o a.png": (2, "A code of this model has 2 numbers, but '1,2,3' has 3"),
    "decode RUN --z 1,inf -o a.png": (2, "'1,inf' is no picture number (#123), no image file"),
    "decode RUN --z none.png -o a.png": (2, "'none.png' is no picture number (#123), no image file that exists"),
    "decode RUN --z": (2, "Option '--z' requires an argument; a picture number needs quotes, as in --z '#12'"),
    "decode RUN -o a.png": (2, "Missing option '--z'; see vae-studio decode --help."),
    "decode RUN --z 0,0 -o a.bmp": (2, "'a.bmp' cannot be the name of this file; it has to end in .png."),
    "decode RUN --z 0,0 -o none/a.png": (1, "/none does not exist; create it or choose another place."),
    "decode none --z 0,0 -o a.png": (1, "There is no run at "),
    "decode . --z 0,0 -o a.png": (1, "is not a run folder: it has no manifest.json."),
    "sample RUN -n 0 -o a.png": (2, "'-n' / '--count': it must be greater than or equal to 1"),
    "sample RUN -n many -o a.png": (2, "'-n' / '--count': it must be an integer; see vae-studio sample --help."),
    "sample RUN -n 9999 --size 1024 -o a.png": (2, "too large; take fewer or a smaller --size."),
    "encode RUN digits -o a.txt": (2, "'a.txt' cannot be the name of this file; it has to end in .csv, .npz or .par"),
    "encode RUN nowhere -o a.csv": (1, "There is no picture set, file or folder called 'nowhere'"),
    "evaluate RUN nowhere.npz": (1, "There is no file or folder 'nowhere.npz'; check the path."),
    "morph RUN --from 0,0 --to 1,1 -o a.bmp": (2, "it has to end in .gif, .apng, .webp, .mp4 or .png, or --format"),
    "morph RUN --from 0,0 --to 1,1 -o a.gif --path slurp": (2, "There is no kind of path called 'slurp'; did you mean"),
    "morph RUN --from 0,0 --to 1,1 -o a.gif --frames 1": (2, "--frames cannot be 1: it must be greater than or equal"),
    "morph RUN --from 0,0 --to 1,1 -o a.gif --fps 99": (2, "--fps cannot be 99: it must be less than or equal to 50."),
    "morph RUN --from 0,0 --to 1,1 -o a.gif --hold nan": (2, "--hold cannot be nan"),
    "morph RUN --from 0,0 --to 1,1 -o a.gif --loop --ping-pong": (2, "choose --loop or --ping-pong."),
    "map RUN -o RUN": (2, "it has to end in .png."),
    "train digits": (2, "Missing option '-o' / '--output'; see vae-studio train --help."),
    "train digits -o RUN": (1, "exists already and is not an empty folder; choose another place for the run."),
    "train digits -o new --epochs 0": (2, "Invalid value for '--epochs': it must be greater than or equal to 1"),
    "train digits -o new --preset fast": (2, "There is no preset 'fast'; choose one of balanced, "),
    "train digits -o new --set speed=2": (2, "The recipe has no value 'speed'; "),
    "train digits -o new --set epochs": (2, "'epochs' is not a setting; write key=value, like training.epochs=5."),
    "train digits -o new --set epochs=lots": (2, "The recipe's training.epochs cannot be 'lots'"),
    "train digits -o new --device tpu": (2, "'--device': 'tpu' is not one of 'auto', 'cpu', 'cuda', 'mps'"),
    "train digits -o new --speed 3": (2, "No such option: --speed"),
    "trian digits -o new": (2, "No such command 'trian'. Did you mean 'train'?"),
    "resume none": (1, "There is no run at "),
    "resume RUN": (2, "This run has all of its 2 epochs; train on to twice as many with: vae-studio resume "),
    "unpack none.vaez -o new": (1, "There is no file none.vaez; check the path."),
    "pack RUN -o a.zip": (2, "it has to end in .vaez."),
    "open none": (1, "There is nothing at none; check the path."),
}


@pytest.mark.parametrize("line", BAD)
def test_one_sentence_and_the_right_code(line, run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = call(*(str(run) if word == "RUN" else word for word in line.split()))
    code, sentence = BAD[line]
    assert result.code == code, result.err
    assert sentence in result.err
    assert result.err.startswith("vae-studio: ") and result.err.count("\n") == 1 and "Traceback" not in result.err
    assert result.out == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(
    os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere"
)
def test_a_closed_folder(run, tmp_path):
    tmp_path.chmod(0o500)
    result = call("decode", run, "--z", "0,0", "-o", tmp_path / "a.png")
    assert result.code == 1 and "may not be written; choose another folder or change its permissions." in result.err


def test_a_damaged_run(run, tmp_path):
    copy = tmp_path / "run"
    copy.mkdir()
    for file in run.iterdir():
        content = bytearray(file.read_bytes())
        if file.name.startswith("weights"):
            content[-1] ^= 1
        (copy / file.name).write_bytes(content)
    result = call("sample", copy, "-o", tmp_path / "a.png")
    assert result.code == 1 and "is damaged; restore it from a copy." in result.err


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (
            RuntimeError("mat1 and\nmat2"),
            1,
            "This should not have happened (RuntimeError: mat1 and); set VAE_STUDIO_TRA",
        ),
        (OSError(28, "No space left on device", "a.csv"), 1, "a.csv cannot be used: No space left on device."),
        (MemoryError(), 1, "There is not enough memory for this; take fewer or smaller pictures."),
        (
            ModuleNotFoundError("no", name="torch"),
            1,
            "The Python package torch is missing; install it with: pip install",
        ),
        (KeyboardInterrupt(), 130, "Stopped."),
        (UsageError("That is\n   wrong."), 2, "That is wrong."),
    ],
)
def test_whatever_happens_is_one_sentence(error, code, sentence, monkeypatch, run, tmp_path):
    def fail(*_words):
        raise error

    monkeypatch.setattr(archiving, "output_file", fail)
    result = call("pack", run, "-o", tmp_path / "a.vaez")
    assert result.code == code
    assert result.err.startswith(f"vae-studio: {sentence}") and result.err.count("\n") == 1


def test_a_traceback_for_those_who_ask(monkeypatch, run, tmp_path):
    monkeypatch.setenv(faults.TRACEBACK_VARIABLE, "1")
    with pytest.raises(UsageError, match=r"has to end in \.vaez"):
        call("pack", run, "-o", tmp_path / "a.zip")


def test_json_has_no_numbers_that_json_does_not_know(capsys):
    print_json({"a": float("nan"), "b": [1.5, float("inf")], "c": (True, None), "d": {"e": np.float64("-inf")}})
    told = json.loads(capsys.readouterr().out)
    assert told == {"a": None, "b": [1.5, None], "c": [True, None], "d": {"e": None}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5),
        ("1e-3", 1e-3),
        ("true", True),
        ("dense", "dense"),
        ('"5"', "5"),
        ("[64, 32]", [64, 32]),
        ("512,256", [512, 256]),
        ("64,", [64]),
        ("a,b", "a,b"),
        ("2026-01-02", "2026-01-02"),
        ("/data/a b=c", "/data/a b=c"),
        ("1\nother = 2", "1\nother = 2"),
        ("", ""),
    ],
)
def test_values_are_toml_or_plain_words(text, value):
    assert parse_value(text) == value
    assert parse_settings([f" key ={text}"]) == {"key": value}
