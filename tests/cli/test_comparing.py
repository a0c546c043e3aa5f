"""Experiments from the command line."""

import contextlib
import json
import signal

import pytest

from tests.cli.calling import call
from vae_studio.cli import comparing, progress
from vae_studio.errors import TrainingError
from vae_studio.runs.experiment import Ended
from vae_studio.runs.run import Run

SMALL = ["--set", "network.kind=dense", "--set", "network.widths=[16]", "--set", "limit=200", "--epochs", "1"]
WORDS = ["compare", "digits", "--vary", "objective.beta=1,4", "--device", "cpu", *SMALL]


@pytest.fixture
def interrupted(monkeypatch):
    """Send Ctrl-C when the first run is over."""

    @contextlib.contextmanager
    def watching(_runs):
        yield lambda event: signal.raise_signal(signal.SIGINT) if isinstance(event, Ended) else None

    monkeypatch.setattr(progress, "experiment_progress", watching)


def test_ctrl_c_saves_and_the_same_command_goes_on(interrupted, monkeypatch, tmp_path):
    stopped = call(*WORDS, "-o", tmp_path / "exp", "--json")
    assert (stopped.code, stopped.out) == (130, "") and "in run 2 of 2 (beta 4, seed 0)" in stopped.err
    monkeypatch.undo()
    told = json.loads(call(*WORDS, "-o", tmp_path / "exp", "--json").out)
    assert [one["state"] for one in told["runs"]] == ["finished", "finished"]
    assert [one["settings"] for one in told["settings"]] == [{"objective.beta": 1}, {"objective.beta": 4}]
    single = told["runs"][0]["figures"]
    assert told["settings"][0]["means"]["negative_elbo"] == single["negative_elbo"]
    assert single["negative_elbo"] == pytest.approx(single["reconstruction"] + single["kl"])
    lines = call(*WORDS, "-o", tmp_path / "exp").out.splitlines()
    assert lines[0].split()[:2] == ["objective.beta", "runs"] and lines[-1].startswith("The sheet is ")
    assert json.loads(call("evaluate", told["runs"][1]["run"], "--json").out)["kl"] == pytest.approx(
        told["runs"][1]["figures"]["kl"]
    )


def test_many_runs_are_not_begun_before_somebody_says_yes(monkeypatch, tmp_path):
    monkeypatch.setattr(comparing, "_MANY", 1)
    result = call(*WORDS, "-o", tmp_path / "exp")
    assert result.code == 2 and "trains 2 runs" in result.err and "--yes" in result.err
    assert not list(tmp_path.iterdir())
    assert call(*WORDS, "-o", tmp_path / "exp", "--yes", "--json").code == 0


def test_many_runs_of_which_the_first_breaks_are_asked_for_without_a_time(monkeypatch, tmp_path):
    def train(self, should_stop=lambda: False):
        raise TrainingError("The loss is not a number.")

    monkeypatch.setattr(comparing, "_MANY", 1)
    monkeypatch.setattr(Run, "train", train)
    result = call(*WORDS, "-o", tmp_path / "exp")
    assert result.code == 2 and "This trains 2 runs, for how long is not known; add --yes" in result.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--vary", "beta"], "write KEY=VALUE,VALUE"),
        (["--vary", "beta="], "no value of beta"),
        (["--vary", "objective.bta=1"], "did you mean 'objective.beta'"),
        (["--vary", "beta=1,-4"], "at least 0"),
        (["--vary", "objective.kind=vae,iwae", "--vary", "beta=1,4"], "With objective.kind=iwae, beta=1: "),
        (["--vary", "batch_size=8,1", "--set", "objective.kind=beta-tcvae"], "cannot be trained"),
        (["--vary", "beta=1", "--seeds", "a"], "are no seeds"),
        (["--vary", "beta=1", "--seeds", "0,0"], "each once"),
    ],
)
def test_bad_usage_is_one_sentence_and_leaves_nothing(tmp_path, words, told):
    result = call("compare", "digits", *words, "-o", tmp_path / "exp")
    assert (result.code, result.out) == (2, "") and told in result.err
    assert result.err.count("\n") == 1 and not list(tmp_path.iterdir())
