"""A form built from the fields of the settings it edits: label, help, range and default stand beside the field."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from vae_studio.gui.layouts import add_layout
from vae_studio.gui.widgets.fold import Fold
from vae_studio.gui.widgets.settings_fields import FieldEditor, editor_for, extra


class SettingsForm(QWidget):
    """Editors for all fields of a pydantic model; fields marked advanced are folded away."""

    edited = Signal(str, object)  # a field's name and its new value

    def __init__(
        self,
        model: type[BaseModel],
        names: Mapping[str, str] | None = None,
        leave_out: frozenset[str] = frozenset(),
        parent: QWidget | None = None,
    ) -> None:
        """Build the form; `names` gives fields their objectName, `leave_out` are fields shown elsewhere."""
        super().__init__(parent)
        self._model = model
        self._editors: dict[str, FieldEditor] = {}
        self._errors: dict[str, QLabel] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        plain, folded = _form(), _form()
        add_layout(column, plain)
        for name, field in model.model_fields.items():
            if name not in leave_out:
                self._add(name, field, folded if extra(field).get("advanced") else plain, (names or {}).get(name, name))
        self.advanced: Fold | None = None
        if folded.rowCount():
            self.advanced = Fold("Advanced", folded, self)
            column.addWidget(self.advanced)
        self.set_values(self._defaults())
        self._connect()

    def values(self) -> dict[str, Any]:
        """Return all values by field name, as the user left them; the model validates them."""
        return {name: editor.read() for name, editor in self._editors.items()}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Set some or all fields without announcing edits; unknown names are ignored."""
        for name, value in values.items():
            if name in self._editors:
                self._editors[name].write(value)
                self.set_error(name, "")

    def editor(self, name: str) -> QWidget:
        """Return a field's widget."""
        return self._editors[name].widget

    def set_error(self, name: str, sentence: str) -> None:
        """Show a sentence under a field, or take it away when it is empty; opens the fold if the field is in it."""
        label = self._errors.get(name)
        if label is None:
            return
        label.setText(sentence)
        label.setVisible(bool(sentence))
        if sentence and self.advanced is not None and self.advanced.isAncestorOf(label):
            self.advanced.open()

    def errors(self) -> dict[str, str]:
        """Return the sentences shown under fields."""
        return {name: label.text() for name, label in self._errors.items() if label.text()}

    def validated(self) -> BaseModel | None:
        """Return the model made of the values, or None after showing under each field what is wrong with it."""
        for name in self._errors:
            self.set_error(name, "")
        try:
            return self._model(**self.values())
        except ValidationError as error:
            for detail in error.errors():
                name = str(detail["loc"][0]) if detail["loc"] else next(iter(self._editors), "")
                self.set_error(name, f"{detail['msg'].removeprefix('Value error, ').rstrip('.')}.")
            return None

    def _add(self, name: str, field: FieldInfo, form: QFormLayout, object_name: str) -> None:
        editor = editor_for(field)
        title = field.title or name.replace("_", " ").capitalize()
        help_text = field.description or ""
        widget = editor.widget
        widget.setObjectName(object_name)
        widget.setAccessibleName(title)
        widget.setAccessibleDescription(help_text)
        widget.setToolTip(_tip(help_text))
        if not isinstance(widget, QCheckBox):
            widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        widget.setMinimumHeight(widget.sizeHint().height())  # a wrapped help line must not squeeze it
        label = QLabel(title)
        label.setBuddy(widget)
        label.setToolTip(_tip(help_text))
        error = QLabel()
        error.setProperty("role", "error")
        error.setWordWrap(True)
        error.hide()
        cell = QVBoxLayout()
        cell.setSpacing(2)
        cell.addWidget(widget)
        cell.addWidget(error)
        form.addRow(label, cell)
        self._editors[name], self._errors[name] = editor, error

    def _connect(self) -> None:
        for name, editor in self._editors.items():
            editor.connect(lambda *_unused, field=name: self._on_field_edited(field))

    def _on_field_edited(self, name: str) -> None:
        self.set_error(name, "")
        self.edited.emit(name, self._editors[name].read())

    def _defaults(self) -> dict[str, Any]:
        fields = self._model.model_fields.items()
        return {name: field.get_default(call_default_factory=True) for name, field in fields if not field.is_required()}


def _form() -> QFormLayout:
    form = QFormLayout()
    form.setContentsMargins(0, 2, 0, 2)
    form.setHorizontalSpacing(12)
    form.setVerticalSpacing(6)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    return form


def _tip(text: str) -> str:
    """Return a tool tip that Qt wraps: it does so only for rich text."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return f"<qt>{escaped}</qt>" if text else ""
