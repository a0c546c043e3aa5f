"""The trainer's ticks: what is new is told, and no two things that take a frame to draw at once."""

from types import SimpleNamespace

import pytest

from vae_studio.gui.phased import Phase
from vae_studio.gui.trainer import Trainer
from vae_studio.gui.workers.jobs import Jobs
from vae_studio.gui.workers.mailbox import Mailbox


@pytest.fixture
def told(qapp):
    """Return a trainer whose thread is a mailbox only, and all that it tells."""
    jobs = Jobs()
    trainer, said = Trainer(jobs), []
    trainer._worker = SimpleNamespace(mailbox=Mailbox(), training_run="run", wait=lambda _ms: True)
    trainer.phase = Phase.TRAINING
    for topic in ("progressed", "curves_changed", "warned"):
        getattr(trainer, topic).connect(lambda news, topic=topic: said.append((topic, news)))
    trainer.looked.connect(lambda _run, look: said.append(("looked", look)))
    trainer.ended.connect(lambda _run, outcome: said.append(("ended", outcome)))
    yield trainer, said
    trainer._worker = None
    jobs.end()


def test_curves_and_a_look_are_told_at_different_ticks(told):
    trainer, said = told
    box = trainer._worker.mailbox
    for topic, news in (("progress", 1), ("curves", 2), ("look", 3)):
        box.post(topic, news)
    trainer._on_timer_ticked()
    assert said == [("progressed", 1), ("curves_changed", 2)]
    trainer._on_timer_ticked()
    trainer._on_timer_ticked()
    assert said[2:] == [("looked", 3)]
    box.post("look", 4)
    trainer._on_timer_ticked()
    assert said[3:] == [("looked", 4)], "alone it need not wait"


def test_of_two_looks_the_newer_one_is_told(told):
    trainer, said = told
    for number in (1, 2):
        trainer._worker.mailbox.post("curves", number)
        trainer._worker.mailbox.post("look", number)
        trainer._on_timer_ticked()
    trainer._on_timer_ticked()
    assert said == [("curves_changed", 1), ("curves_changed", 2), ("looked", 2)]


def test_at_the_end_all_is_told_before_the_end(told):
    trainer, said = told
    trainer._worker.mailbox.post("curves", 1)
    trainer._worker.mailbox.post("look", 2)
    trainer._on_worker_ended(0, "outcome")
    assert said == [("curves_changed", 1), ("looked", 2), ("ended", "outcome")]
