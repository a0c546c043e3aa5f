"""Which values of the recipe are varied, and what they are set to."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from vae_studio.gui.widgets.calm_fields import CalmComboBox
from vae_studio.runs.recipe import Recipe

_ROWS = 2
_LEFT_OUT = frozenset({"training.seed", "data.root"})


class VariationForm(QWidget):
    """Two rows of a field and its values, and the seeds."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = [CalmComboBox() for _ in range(_ROWS)]
        self._values = [QLineEdit() for _ in range(_ROWS)]
        self._seeds = QLineEdit("0")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        for row, (box, line) in enumerate(zip(self._keys, self._values, strict=True)):
            box.setObjectName(f"varyKeyPicker{row}")
            box.setAccessibleName("Value of the recipe that is varied")
            line.setObjectName(f"varyValuesField{row}")
            line.setAccessibleName("What it is set to")
            line.setPlaceholderText("values with commas between them, like 1, 4, 16")
            line.setToolTip("Values with commas between them; lists are written [512], [512, 256]")
            grid.addWidget(QLabel("Vary" if row == 0 else "and"), row, 0)
            grid.addWidget(box, row, 1)
            grid.addWidget(line, row, 2)
            box.currentIndexChanged.connect(self._on_key_changed)
            line.textEdited.connect(self.edited)
        self._seeds.setObjectName("seedsField")
        self._seeds.setAccessibleName("Seeds")
        self._seeds.setToolTip("Every setting is trained under each seed; with two or more, means get standard errors")
        self._seeds.textEdited.connect(self.edited)
        grid.addWidget(QLabel("Seeds"), _ROWS, 0)
        grid.addWidget(self._seeds, _ROWS, 1)
        grid.setColumnStretch(2, 1)
        self._refresh()

    def set_recipe(self, recipe: Recipe) -> None:
        """Offer the values of a recipe; what was chosen stays where the recipe has it."""
        for row, box in enumerate(self._keys):
            chosen = box.currentData() or ("objective.beta" if row == 0 else "")
            box.blockSignals(True)
            box.clear()
            if row:
                box.addItem("nothing else", "")
            for section, values in recipe:
                for name, field in type(values).model_fields.items():
                    key = f"{section}.{name}"
                    if key not in _LEFT_OUT:
                        box.addItem(f"{field.title or section.capitalize()}  ({key})", key)
            box.setCurrentIndex(max(box.findData(chosen), 0))
            box.blockSignals(False)
        self._refresh()

    def rows(self) -> Sequence[tuple[str, str]]:
        """Return the keys and the text of their values."""
        pairs = [(box.currentData(), line.text()) for box, line in zip(self._keys, self._values, strict=True)]
        return [(key, text) for key, text in pairs if key]

    def seeds(self) -> str:
        """Return the text of the seeds."""
        return self._seeds.text()

    def _on_key_changed(self) -> None:
        self._refresh()
        self.edited.emit()

    def _refresh(self) -> None:
        for box, line in zip(self._keys, self._values, strict=True):
            line.setEnabled(bool(box.currentData()))
