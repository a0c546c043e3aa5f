"""One editor per kind of option: how a field of a pydantic model is shown, read and set."""

import math
import types
import typing
from collections.abc import Callable
from typing import Any, Literal

from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo
from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QLineEdit, QWidget

from vae_studio.gui.widgets.calm_fields import CalmComboBox, CalmDoubleSpinBox, CalmSpinBox

_WIDEST_INT, _WIDEST_FLOAT = 2**31 - 1, 1e9


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
