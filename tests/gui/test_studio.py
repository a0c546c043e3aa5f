"""The studio: what belongs to which run, and what comes too late."""

import errno

import numpy as np
import pytest

from tests.small import one_thread  # noqa: F401
from vae_studio.gui.phased import Phase
from vae_studio.gui.studio import Studio
from vae_studio.runs.home import known_runs, runs_home
from vae_studio.runs.run import Run, load_snapshot
from vae_studio.runs.store import RunFolder
from vae_studio.training.events import EpochDone

_LONG = 60_000  # ms


@pytest.fixture
def studio(qtbot, tmp_path, monkeypatch):
    monkeypatch.setenv("VAE_STUDIO_HOME", str(tmp_path / "runs"))
    studio = Studio()
    yield studio
    studio.close()


def idle(studio):
    return lambda: studio.phase is Phase.IDLE


def train(qtbot, studio, epochs=1):
    studio.choose_source("digits")
    qtbot.waitUntil(lambda: studio.images is not None, timeout=_LONG)
    studio.desk.edit("training.epochs", epochs)
    with qtbot.waitSignal(studio.trainer.ended, timeout=_LONG) as caught:
        studio.train()
    return caught.args[1]


def test_a_start_that_is_cancelled_does_not_make_another_run_continue(qtbot, studio):
    assert train(qtbot, studio).kind == "finished"
    folder = studio.folder
    studio.desk.edit("objective.beta", 4.0)
    studio.desk.edit("training.epochs", 3)
    studio.train()
    studio.trainer.stop()
    assert not studio.can_continue
    assert studio.folder is folder
    studio.jobs.end()
    assert known_runs() == [folder.path]
    assert [path for path in runs_home().iterdir() if path != folder.path] == []


def test_a_start_at_once_after_a_cancelled_one_gets_its_own_folder(qtbot, studio):
    studio.choose_source("digits")
    qtbot.waitUntil(lambda: studio.images is not None, timeout=_LONG)
    studio.desk.edit("training.epochs", 1)
    studio.train()
    studio.trainer.stop()
    with qtbot.waitSignal(studio.trainer.ended, timeout=_LONG) as caught:
        studio.train()
    assert caught.args[1].kind == "finished"


def test_what_was_asked_for_one_run_never_reaches_another(qtbot, studio):
    train(qtbot, studio)
    measured = []
    studio.errands.measure(measured.append)
    with qtbot.waitSignal(studio.trainer.started, timeout=_LONG):
        studio.desk.edit("training.seed", 5)
        studio.train()
        assert studio.jobs.running("train")
    assert not studio.jobs.running("measure")
    count = len(measured)
    qtbot.waitUntil(idle(studio), timeout=_LONG)
    assert len(measured) == count


def test_a_full_disk_at_the_end_loses_nothing(qtbot, studio, monkeypatch):
    sound = RunFolder.save

    def full(self, files, facts, drop=()):
        if facts["epoch"] > 0:
            from vae_studio.errors import ExportError
            from vae_studio.files import refusal

            raise ExportError(refusal(self.path, OSError(errno.ENOSPC, "full")))
        return sound(self, files, facts, drop)

    monkeypatch.setattr(RunFolder, "save", full)
    said = []
    studio.message_raised.connect(lambda kind, sentence: said.append((kind, sentence)))
    assert train(qtbot, studio, epochs=2).kind == "unsaved"
    assert said[-1][0] == "error" and "disk is full" in said[-1][1] and "Continue" in said[-1][1]
    assert studio.can_continue
    step = studio.run.unsaved.state.position.step
    monkeypatch.setattr(RunFolder, "save", sound)
    with qtbot.waitSignal(studio.trainer.ended, timeout=_LONG) as caught:
        studio.train()
    run, outcome = caught.args
    assert outcome.kind == "finished"
    assert run.state.position.step == step, "nothing is trained twice"
    assert RunFolder.open(run.folder.path).facts["epoch"] == 2
    assert not studio.can_continue


@pytest.fixture
def broken_training(monkeypatch):
    """A training whose weights go wrong after an epoch, before it fails."""
    real = Run.train

    def broken(self, should_stop):
        for event in real(self, should_stop):
            yield event
            if isinstance(event, EpochDone):
                for weight in self.model.parameters():
                    weight.data.add_(1.0)
                raise RuntimeError("the cable was pulled")

    monkeypatch.setattr(Run, "train", broken)


def test_after_a_failed_training_the_saved_weights_are_looked_at(qtbot, studio, broken_training):
    assert train(qtbot, studio, epochs=2).kind == "failed"
    qtbot.waitUntil(lambda: studio.snapshot is not None, timeout=_LONG)
    qtbot.waitUntil(lambda: not studio.jobs.running("encode"), timeout=_LONG)
    saved = load_snapshot(studio.folder)
    codes = saved.encode(studio.images.pictures).mu
    assert np.array_equal(studio.snapshot.decode(codes[:9]), saved.decode(codes[:9]))
    assert np.allclose(studio.explorer.cloud.codes.mu, codes, atol=1e-4)


def test_why_a_training_failed_is_told_whatever_fails_after_it(qtbot, studio, broken_training, monkeypatch):
    def lost(_folder):
        raise RuntimeError("no list")

    said = []
    studio.message_raised.connect(lambda _kind, sentence: said.append(sentence))
    studio.trainer.started.connect(lambda _run: monkeypatch.setattr(studio.replay, "open", lost))
    with qtbot.capture_exceptions():
        train(qtbot, studio, epochs=2)
    assert any("the cable was pulled" in sentence for sentence in said)


def test_the_pictures_of_the_stops_keep_to_them_before_the_film_is_decoded_anew(qtbot, studio):
    train(qtbot, studio)
    for value in (-2.0, 0.0, 2.0):
        studio.morph.add(np.array([value, value], np.float32))
    qtbot.waitUntil(lambda: studio.morph.film is not None and len(studio.morph.film.stop_pictures) == 3, timeout=_LONG)
    first, _, third = studio.morph.pictures
    studio.morph.move(0, 2)
    studio.morph.remove(0)
    assert [picture is known for picture, known in zip(studio.morph.pictures, (third, first), strict=True)] == [
        True
    ] * 2
    studio.morph.add(np.zeros(2, np.float32))
    assert len(studio.morph.pictures) == len(studio.morph.stops) == 3
