"""Tests of the forms that are built from the settings."""

from typing import Annotated, Literal

import pytest
from pydantic import Field, PositiveInt
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox

from vae_studio.catalogue import Options
from vae_studio.gui.widgets.settings_form import SettingsForm


class Sample(Options):
    """One field of each kind."""

    epochs: int = Field(20, ge=1, le=500, title="Epochs", description="How often & how long.")
    rate: float = Field(3e-3, gt=0, le=1, title="Learning rate")
    kind: Literal["adamw", "adam"] = "adam"
    augment: bool = True
    widths: tuple[PositiveInt, ...] = (512, 256)
    root: str = "here"
    batch: int = Field(0, ge=0, le=4096, json_schema_extra={"advanced": True, "zero": "automatic"})
    pace: float = Field(2e-3, ge=0, le=1, json_schema_extra={"zero": "automatic"})
    seed: Annotated[int, Field(ge=0, lt=2**31)] = Field(0, json_schema_extra={"advanced": True})


@pytest.fixture
def form(qtbot):
    made = SettingsForm(Sample, {"epochs": "epochsField"})
    qtbot.addWidget(made)
    made.show()
    return made


def test_it_starts_with_the_defaults(form):
    assert Sample(**form.values()) == Sample()
    assert form.values()["widths"] == (512, 256) and form.values()["kind"] == "adam"


def test_each_kind_has_its_editor(form):
    for name, kind in (("epochs", QSpinBox), ("rate", QDoubleSpinBox), ("kind", QComboBox)):
        assert isinstance(form.editor(name), kind), name
    assert isinstance(form.editor("augment"), QCheckBox) and isinstance(form.editor("widths"), QLineEdit)


def test_range_title_help_and_name_come_from_the_field(form):
    editor = form.findChild(QSpinBox, "epochsField")
    assert (editor.minimum(), editor.maximum()) == (1, 500)
    assert editor.accessibleName() == "Epochs"
    assert "often &amp; how" in editor.toolTip()
    rate = form.editor("rate")
    assert 0 < rate.minimum() < 1e-6 and rate.maximum() == 1
    assert form.editor("seed").maximum() == 2**31 - 1


def test_edits_are_told_with_their_value(form, qtbot):
    with qtbot.waitSignal(form.edited) as edited:
        form.editor("epochs").setValue(33)
    assert edited.args == ["epochs", 33]
    with qtbot.waitSignal(form.edited) as edited:
        qtbot.keyClick(form.editor("rate"), Qt.Key.Key_Up)
    assert edited.args == ["rate", pytest.approx(0.004)]
    with qtbot.waitSignal(form.edited) as edited:
        form.editor("kind").setCurrentIndex(0)
    assert edited.args == ["kind", "adamw"]
    with qtbot.waitSignal(form.edited) as edited:
        form.editor("augment").click()
    assert edited.args == ["augment", False]
    form.editor("root").clear()
    with qtbot.waitSignal(form.edited) as edited:
        qtbot.keyClicks(form.editor("root"), "x")
    assert edited.args == ["root", "x"]


def test_setting_values_is_no_edit(form, qtbot):
    with qtbot.assertNotEmitted(form.edited):
        form.set_values({"epochs": 7, "rate": 1e-5, "kind": "adamw", "augment": False, "widths": (8,), "unknown": 1})
    assert form.values() | {"root": ""} == {
        "epochs": 7, "rate": 1e-5, "kind": "adamw", "augment": False, "widths": (8,), "root": "", "batch": 0, "seed": 0,
        "pace": 2e-3,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "up", "down"),
    [(0.003, 0.004, 0.002), (0.01, 0.02, 0.009), (0.5, 0.6, 0.4), (1.0, 1.0, 0.9), (1e-5, 2e-5, 9e-6)],
)
def test_steps_suit_the_size_of_the_value(form, value, up, down):
    rate = form.editor("rate")
    for step, expected in ((1, up), (-1, down)):
        rate.setValue(value)
        rate.stepBy(step)
        assert rate.value() == pytest.approx(expected)


def test_small_numbers_are_shown_in_plain_digits(form):
    form.set_values({"rate": 1e-5})
    assert form.editor("rate").text() == "0.00001"
    form.set_values({"rate": 1.0})
    assert form.editor("rate").text() == "1.0"


def test_lists_of_numbers_are_read_kindly(form, qtbot):
    form.editor("widths").setText("64;32  16,8")
    assert form.values()["widths"] == (64, 32, 16, 8)


def test_a_wrong_value_is_explained_under_its_field(form, qtbot):
    form.editor("widths").setText("64, many")
    assert form.validated() is None
    assert list(form.errors()) == ["widths"] and form.errors()["widths"].endswith(".")
    qtbot.keyClicks(form.editor("widths"), "0")
    assert form.errors() == {}
    form.editor("widths").setText("64")
    assert form.validated() == Sample(widths=(64,))


def test_advanced_fields_are_folded_until_they_have_an_error(form):
    assert form.advanced is not None and not form.advanced.isExpanded()
    form.set_error("batch", "The batch is too large; choose a smaller one.")
    assert form.advanced.isExpanded()
    assert form.advanced.content().maximumHeight() > 1000


def test_the_fold_opens_and_closes_with_a_click(form, qtbot):
    button = form.advanced.toggleButton()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert form.editor("batch").isVisible() and form.advanced.content().maximumHeight() > 1000
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert form.advanced.content().maximumHeight() == 0


def test_zero_can_have_a_name(form):
    assert form.editor("batch").text() == "automatic"
    form.set_values({"pace": 0.0})
    assert form.editor("pace").text() == "automatic"


@pytest.mark.parametrize("typed", ["0.0015", "1.5e-3", "0,0015", "15E-4", ".0015"])
@pytest.mark.parametrize("before", [0.0, 3e-3])
def test_a_number_can_be_typed_in_any_usual_way(form, qtbot, before, typed):
    form.edited.connect(lambda *_edit: form.set_values(form.values()))  # as a panel does
    form.set_values({"pace": before})
    form.editor("pace").selectAll()
    qtbot.keyClicks(form.editor("pace"), typed)
    assert form.values()["pace"] == 0.0015
    qtbot.keyClick(form.editor("pace"), Qt.Key.Key_Return)
    assert form.editor("pace").text() == "0.0015"


@pytest.mark.parametrize(
    ("typed", "left"), [("5", "0.003"), ("-1", "0.003"), ("many", "0.003"), ("1e", "1.0"), ("1e5", "1.0")]
)
def test_what_is_no_number_of_the_range_leaves_the_last_that_was_one(form, qtbot, typed, left):
    form.set_values({"pace": 3e-3})
    form.editor("pace").selectAll()
    qtbot.keyClicks(form.editor("pace"), typed)
    qtbot.keyClick(form.editor("pace"), Qt.Key.Key_Return)
    assert form.editor("pace").text() == left


def test_the_first_step_from_automatic_leads_to_the_usual_value(form, qtbot):
    form.set_values({"pace": 0.0})
    qtbot.keyClick(form.editor("pace"), Qt.Key.Key_PageUp)
    assert form.values()["pace"] == 2e-3
    qtbot.keyClick(form.editor("pace"), Qt.Key.Key_Up)
    assert form.values()["pace"] == pytest.approx(3e-3)


def test_the_wheel_does_not_change_what_has_no_focus(form, qtbot):
    from PySide6.QtCore import QPoint, QPointF
    from PySide6.QtGui import QWheelEvent
    from PySide6.QtWidgets import QApplication

    form.editor("root").setFocus()
    for name in ("epochs", "rate", "kind"):
        assert form.editor(name).focusPolicy() == Qt.FocusPolicy.StrongFocus, "the wheel would bring it"
        before, place = form.values()[name], QPointF(5, 5)
        event = QWheelEvent(
            place, place, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(form.editor(name), event)
        assert form.values()[name] == before


def test_fields_can_be_left_out(qtbot):
    form = SettingsForm(Sample, leave_out=frozenset({"batch", "seed", "epochs"}))
    qtbot.addWidget(form)
    assert form.advanced is None and "epochs" not in form.values()
