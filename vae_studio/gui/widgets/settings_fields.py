"""One editor per kind of option: how a field of a pydantic model is shown, read and set."""

import math
import re
import types
import typing
from collections.abc import Callable
from typing import Any, Literal

from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo
from PySide6.QtCore import QEvent, QLocale, QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox, QWidget

_WIDEST_INT, _WIDEST_FLOAT = 2**31 - 1, 1e9


class LettersPass:
    """What a field for digits also is: it takes no letters but its own, so they stay keys of the window."""

    own_letters = ""

    def event(self, event: QEvent) -> bool:
        over = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if over and event.text().isalpha() and event.text() not in self.own_letters:
            event.ignore()
            return False
        return bool(super().event(event))


class CalmSpinBox(LettersPass, QSpinBox):
    """A spin box for whole numbers that lets the wheel scroll the form unless it has the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # usually the wheel itself brings the focus

    def wheelEvent(self, event: QWheelEvent) -> None:
        _wheel_with_focus(self, event, super().wheelEvent)


class CalmDoubleSpinBox(LettersPass, QDoubleSpinBox):
    """A spin box for numbers from millionths to millions: plain digits, steps that suit the size of the value.

    They may be typed as 1e-3 as well, and with a comma.
    """

    own_letters = "eE"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setLocale(QLocale.c())  # settings are written with a point everywhere
        self.setDecimals(8)
        self.first = 0.0  # the step up from "automatic"; 0 for that from a number

    def textFromValue(self, value: float) -> str:
        text = f"{value:.8f}".rstrip("0")
        return text + "0" if text.endswith(".") else text

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        if text == self.specialValueText():
            return QValidator.State.Acceptable, text, position
        bare = self._bare(text)
        value = _typed(bare)
        if value is None:
            unfinished = re.fullmatch(r"[+-]?\d*[.,]?\d*([eE][+-]?)?", bare)
            return (QValidator.State.Intermediate if unfinished else QValidator.State.Invalid), text, position
        fits = self.minimum() <= value <= self.maximum()
        return (QValidator.State.Acceptable if fits else QValidator.State.Intermediate), text, position

    def valueFromText(self, text: str) -> float:
        return _typed(self._bare(text)) or 0.0

    def _bare(self, text: str) -> str:
        """Return what is written without what stands before and behind every number."""
        return text.strip().removeprefix(self.prefix().strip()).removesuffix(self.suffix().strip()).strip()

    def stepBy(self, steps: int) -> None:
        size = abs(self.value())
        if size == 0 and steps > 0 and self.first:
            steps = 1
            self.setSingleStep(self.first)
        elif size > 0:  # a tenth of the leading digit's unit would be too fine, ten times too coarse
            power = math.floor(math.log10(size) + 1e-9)
            going_down_from_power = (steps < 0) == (self.value() > 0) and math.isclose(size, 10.0**power, rel_tol=1e-9)
            self.setSingleStep(10.0 ** (power - 1 if going_down_from_power else power))
        else:
            self.setSingleStep(0.1 if self.maximum() > 0.1 else self.maximum() / 10)
        super().stepBy(steps)

    def wheelEvent(self, event: QWheelEvent) -> None:
        _wheel_with_focus(self, event, super().wheelEvent)


class CalmComboBox(QComboBox):
    """A combo box that lets the wheel scroll the form unless it has the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        _wheel_with_focus(self, event, super().wheelEvent)


class FieldEditor:
    """A widget with a way to read and to set its value; `widget` emits through `connect` when the user edits."""

    def __init__(
        self,
        widget: QWidget,
        read: Callable[[], object],
        write: Callable[[Any], None],
        connect: Callable[[Callable[..., None]], object],
    ) -> None:
        self.widget = widget
        self.read = read
        self._write = write
        self.connect = connect

    def write(self, value: object) -> None:
        """Set the value without announcing it as an edit; what is being typed stays as it is typed."""
        if self.read() == value:
            return
        blocker = QSignalBlocker(self.widget)
        self._write(value)
        blocker.unblock()


def editor_for(field: FieldInfo) -> FieldEditor:
    """Return the editor that suits a field: a choice, a check box, a number, a list of numbers or a line of text."""
    kind = _without_none(field.annotation)
    origin = typing.get_origin(kind)
    if origin is Literal:
        return _choice(typing.get_args(kind))
    if kind is bool:
        box = QCheckBox()
        return FieldEditor(box, box.isChecked, lambda value: box.setChecked(bool(value)), box.toggled.connect)
    if kind is int:
        return _whole(field)
    if kind is float:
        return _number(field)
    if origin in (tuple, list):
        return _several(kind)
    line = QLineEdit()
    return FieldEditor(line, line.text, lambda value: line.setText(str(value or "")), line.textEdited.connect)


def extra(field: FieldInfo) -> dict[str, Any]:
    """Return what the field says about its place in a form."""
    return dict(field.json_schema_extra) if isinstance(field.json_schema_extra, dict) else {}


def _choice(values: tuple[object, ...]) -> FieldEditor:
    box = CalmComboBox()
    for value in values:
        box.addItem(str(value).replace("_", " "), value)
    return FieldEditor(
        box,
        lambda: values[box.currentIndex()],
        lambda value: box.setCurrentIndex(values.index(value) if value in values else 0),
        box.currentIndexChanged.connect,
    )


def _whole(field: FieldInfo) -> FieldEditor:
    box = CalmSpinBox()
    low, high = _range(field, 1)
    box.setRange(math.ceil(max(low, -_WIDEST_INT)), math.floor(min(high, _WIDEST_INT)))
    box.setGroupSeparatorShown(True)
    box.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType if high > 1000 else box.stepType())
    zero = extra(field).get("zero")
    if zero and box.minimum() == 0:
        box.setSpecialValueText(str(zero))
    return FieldEditor(box, box.value, lambda value: box.setValue(int(value or 0)), box.valueChanged.connect)


def _number(field: FieldInfo) -> FieldEditor:
    box = CalmDoubleSpinBox()
    low, high = _range(field, 1e-8)
    box.setRange(max(low, -_WIDEST_FLOAT), min(high, _WIDEST_FLOAT))
    zero = extra(field).get("zero")
    if zero and box.minimum() == 0:
        box.setSpecialValueText(str(zero))
        box.first = float(field.default or 0)
    return FieldEditor(box, box.value, lambda value: box.setValue(float(value or 0)), box.valueChanged.connect)


def _several(kind: Any) -> FieldEditor:
    """A line edit for "512, 256"; what is no number is left as text for the model's validation to explain."""
    line = QLineEdit()
    inner = next((part for part in typing.get_args(kind) if part is not Ellipsis), str)
    if typing.get_origin(inner) is typing.Annotated:  # PositiveInt and its like
        inner = typing.get_args(inner)[0]

    def read() -> object:
        parts = [part for part in line.text().replace(";", ",").replace(",", " ").split() if part]
        try:
            return tuple(inner(part) for part in parts)
        except ValueError:
            return tuple(parts)

    line.setPlaceholderText("for example 512, 256" if inner is int else "")
    return FieldEditor(
        line, read, lambda value: line.setText(", ".join(map(str, value or ()))), line.textEdited.connect
    )


def _range(field: FieldInfo, step: float) -> tuple[float, float]:
    low, high = -math.inf, math.inf
    for rule in field.metadata:
        if isinstance(rule, Ge):
            low = float(rule.ge)  # type: ignore[arg-type]
        elif isinstance(rule, Gt):
            low = float(rule.gt) + step  # type: ignore[arg-type]
        elif isinstance(rule, Le):
            high = float(rule.le)  # type: ignore[arg-type]
        elif isinstance(rule, Lt):
            high = float(rule.lt) - step  # type: ignore[arg-type]
    return low, high


def _without_none(annotation: Any) -> Any:
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        kinds = [kind for kind in typing.get_args(annotation) if kind is not type(None)]
        return kinds[0] if len(kinds) == 1 else annotation
    return annotation


def _typed(text: str) -> float | None:
    """Return the number that is written, or nothing while there is none."""
    text = text.replace(",", ".")
    return float(text) if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text) else None


def _wheel_with_focus(widget: QWidget, event: QWheelEvent, turn: Callable[[QWheelEvent], None]) -> None:
    if widget.hasFocus():
        turn(event)
    else:
        event.ignore()
