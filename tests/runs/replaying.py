"""Small runs with their moments, for the tests of the replay."""

import pytest

from tests.small import CPU, pictures, recipe
from vae_studio.evaluation import report
from vae_studio.runs import recorder as recorder_module
from vae_studio.runs.replay import Replay
from vae_studio.runs.run import start_run
from vae_studio.runs.store import RunFolder


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(report, "NLL_SAMPLES", 3)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    """Let no moment be left out for want of time: what is kept must not hang on this machine's mood."""
    monkeypatch.setattr(recorder_module, "_HEAD_START", 1e9)
    monkeypatch.setattr(recorder_module, "SHARE", 1e9)


def started(path, images=None, **values):
    return start_run(recipe(**values), CPU, path, images=images or pictures())


def drained(run, until=None):
    return list(run.train(lambda: until is not None and run.state.position.step >= until))


def opened(run):
    return Replay(RunFolder.open(run.folder.path))


@pytest.fixture(name="run")
def small_run(tmp_path):
    made = started(tmp_path / "run", training__epochs=3)
    drained(made)
    return made
