"""The diagnosis in the window: the verdict, the one click that cures, and what is measured."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QSpinBox, QToolButton

from tests.small import one_thread  # noqa: F401
from vae_studio.evaluation.finding import Condition
from vae_studio.gui.phased import Phase
from vae_studio.runs.home import known_runs
from vae_studio.training.events import Progress, SetBack

_LONG = 60_000  # ms


@pytest.fixture
def digits(qtbot, window):
    """The window with digits chosen and the diagnosis in front."""
    window._docks["Diagnosis"].raise_()
    window.studio.choose_source("digits")
    qtbot.waitUntil(lambda: window.studio.images is not None, timeout=_LONG)
    window.studio.desk.edit("network.kind", "residual")
    window.studio.desk.edit("network.width", 128)
    window.studio.desk.edit("training.epochs", 1)
    return window


def train(qtbot, studio, start):
    with qtbot.waitSignal(studio.trainer.ended, timeout=_LONG):
        start()
    qtbot.waitUntil(lambda: examined(studio) is not None, timeout=_LONG)
    return examined(studio)


def examined(studio):
    """What was found on the saved run, once it was looked at as a whole."""
    found = studio.study.health.found
    whole = found is not None and found.symptoms.explained_training is not None
    return found if whole and studio.phase is Phase.IDLE else None


def test_a_run_that_is_pressed_too_hard_is_told_and_one_click_trains_the_next(qtbot, digits):
    studio = digits.studio
    button = digits.findChild(QPushButton, "remedyButton")
    studio.desk.edit("objective.beta", 50.0)
    studio.desk.edit("training.epochs", 6)
    assert train(qtbot, studio, studio.train).finding.condition is Condition.OVER_REGULARISED
    first = studio.folder.path
    assert "Over-regularised" in digits.findChild(QLabel, "verdictName").text()
    assert "weight of 50" in digits.findChild(QLabel, "verdictSentence").text()
    assert button.isVisible()
    assert "objective.beta 50 → 1" in button.toolTip()

    def click():
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert not button.isEnabled(), "a second click starts no second run"
        studio.study.health.found = None

    assert train(qtbot, studio, click).finding.condition is Condition.HEALTHY
    assert studio.folder.path != first
    assert len(known_runs()) == 2
    assert studio.recipe.objective.beta == 1
    assert studio.recipe.network.width == 128, "the rest of the recipe stays"
    assert not button.isVisible()


def test_a_run_is_measured_with_the_metrics_that_are_ticked(qtbot, digits):
    studio, panel = digits.studio, digits.diagnosis_panel
    train(qtbot, studio, studio.train)
    for name, action in panel._metrics.rows.items():
        action.setChecked(name in ("knn", "mig"))
    digits.findChild(QSpinBox, "samplesField").setValue(7)
    done = []
    panel_done, panel._on_measured = panel._on_measured, lambda found: (panel_done(found), done.append(found))
    QTest.mouseClick(digits.findChild(QPushButton, "measureButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(done), timeout=_LONG)
    assert done[0].report.nll_samples == 7
    shown = [label.text() for label in panel.findChildren(QLabel)]
    assert "Label from the nearest codes" in shown
    assert any("factors behind digits are not known" in text for text in shown)
    assert f"{done[0].report.nll:.2f} ± {done[0].report.nll_standard_error:.2f}" in shown


def test_a_measurement_is_cancelled_by_the_button_in_the_toolbar(qtbot, digits):
    studio = digits.studio
    train(qtbot, studio, studio.train)
    digits.findChild(QSpinBox, "samplesField").setValue(5000)
    QTest.mouseClick(digits.findChild(QPushButton, "measureButton"), Qt.MouseButton.LeftButton)
    cancel = digits.findChild(QToolButton, "cancelButton")
    qtbot.waitUntil(cancel.isVisible, timeout=_LONG)
    QTest.mouseClick(cancel, Qt.MouseButton.LeftButton)
    assert not studio.jobs.running("measure")
    assert digits.diagnosis_panel._values["nll"].text() == "–"


def test_while_it_trains_what_is_seen_is_judged_and_a_set_back_is_told(qtbot, digits, monkeypatch):
    studio, told, seen = digits.studio, [], []
    studio.study.health.examined.connect(lambda found: seen.append((studio.phase, found)))
    studio.message_raised.connect(lambda kind, text: told.append((kind, text)))
    back = SetBack(Progress(1.0, 4, 26, 1.0), "The loss is not a number any more (step 30).", 0.0015)

    def with_a_set_back(run, leg):
        yield back
        yield from leg()

    monkeypatch.setattr("vae_studio.runs.stability.Stability.keep_up", lambda self, run, leg: with_a_set_back(run, leg))
    train(qtbot, studio, studio.train)
    assert ("warning", back.sentence) in told
    live = [found for phase, found in seen if phase is Phase.TRAINING and found is not None]
    assert live
    assert live[0].finding.condition is Condition.UNKNOWN


def test_with_no_run_there_is_no_verdict_and_no_remedy(qtbot, window):
    window.studio.study.health.cure()
    assert window.studio.phase is Phase.IDLE
    assert not window.findChild(QPushButton, "remedyButton").isVisibleTo(window.diagnosis_panel)
