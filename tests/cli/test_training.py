"""Training from the command line: stopping, going on, what is told on the way."""

import contextlib
import json
import signal
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from tests.cli.calling import call
from vae_studio.cli import progress
from vae_studio.runs.store import RunFolder
from vae_studio.training.events import EpochDone

SMALL = ["--set", "network.kind=dense", "--set", "network.widths=[16]", "--device", "cpu"]


@pytest.fixture
def interrupted(monkeypatch):
    """Send a signal to this process when the first epoch is done, as Ctrl-C does."""

    @contextlib.contextmanager
    def watching(_has_prior):
        def report(event):
            if isinstance(event, EpochDone):
                signal.raise_signal(watching.number)

        yield report

    watching.number = signal.SIGINT
    monkeypatch.setattr(progress, "training_progress", watching)
    return watching


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_and_saves_and_resume_goes_on(interrupted, monkeypatch, tmp_path, number, code):
    interrupted.number = number
    before = signal.getsignal(number)
    result = call("train", "digits", "-o", tmp_path / "run", "--epochs", "3", *SMALL, "--json")
    assert (result.code, result.out) == (code, "")
    assert result.err.startswith("vae-studio: Stopped and saved after 1.0 of 3 epochs; go on with: vae-studio resume ")
    assert signal.getsignal(number) is before
    assert (
        call("map", tmp_path / "run", "-o", tmp_path / "map.png", "--size", 128).code == 0
    )  # a stopped run has no codes yet

    monkeypatch.undo()
    told = json.loads(call("resume", tmp_path / "run", "--json").out)
    assert told["epochs"] == 3 and RunFolder.open(tmp_path / "run").has("codes")


def test_a_stopped_run_ends_where_an_unbroken_one_does(interrupted, monkeypatch, tmp_path):
    words = ["--epochs", "2", *SMALL, "--set", "precision=float32", "--json"]
    call("train", "digits", "-o", tmp_path / "stopped", *words)
    monkeypatch.undo()
    stopped = json.loads(call("resume", tmp_path / "stopped", "--json").out)
    whole = json.loads(call("train", "digits", "-o", tmp_path / "whole", *words).out)
    assert stopped["negative_elbo"] == whole["negative_elbo"]


def test_resume_adds_epochs(tmp_path):
    assert (
        "Trained digits for 1 epoch in" in call("train", "digits", "-o", tmp_path / "run", "--epochs", "1", *SMALL).out
    )
    result = call("resume", tmp_path / "run")
    assert result.code == 2 and "all of its 1 epoch;" in result.err and "--epochs 2" in result.err
    assert json.loads(call("resume", tmp_path / "run", "--epochs", "3", "--json").out)["epochs"] == 3
    assert "ask for 4 or more" in call("resume", tmp_path / "run", "--epochs", "3").err


def test_skipped_files_are_named_and_counted(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(12):
        Image.fromarray(np.full((8, 8), 20 * number, np.uint8)).save(folder / f"{number}.png")
    for number in range(7):
        (folder / f"broken{number}.png").write_bytes(b"no picture")
    result = call("train", folder, "-o", tmp_path / "run", "--epochs", "1", *SMALL, "--json")
    assert result.code == 0 and json.loads(result.out)["epochs"] == 1
    assert result.err.startswith("vae-studio: 7 files were skipped:\n  broken0.png: ")
    assert result.err.count("\n") == 7 and result.err.endswith("... and 2 more\n")


def test_a_failed_start_leaves_no_folder(tmp_path):
    assert call("train", tmp_path / "nothing", "-o", tmp_path / "run").code == 1
    assert not (tmp_path / "run").exists()


def test_the_bar_tells_epoch_nats_and_time_left(monkeypatch, tmp_path):
    shown = []
    described = progress._described
    monkeypatch.setattr(progress, "_described", lambda *words: shown.append(described(*words)) or shown[-1])
    terminal = SimpleNamespace(stderr=SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr(progress, "sys", terminal)
    assert call("train", "digits", "-o", tmp_path / "run", "--epochs", "2", *SMALL).code == 0
    assert shown[0] == "epoch 1 of 2"
    assert any(text.startswith("epoch 2 of 2, ") and " nats, " in text and text.endswith(" s left") for text in shown)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.24, "0.2 s"), (12.4, "12 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")]
)
def test_durations_as_people_say_them(seconds, text):
    assert progress.duration(seconds) == text
