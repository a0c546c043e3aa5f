"""A slider and a number for each latent dimension of one code."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from vae_studio.gui.layouts import add_layout
from vae_studio.gui.theme import tool_button
from vae_studio.gui.widgets.calm_fields import LettersPass

_REACH = 4.0  # the sliders' range to both sides, until a code lies outside
_STEPS = 100  # slider steps per unit
_BATCH = 24  # rows made at a time; hundreds at once would be felt
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class CodeSliders(QWidget):
    """Edits a code z; rows further down are made when they are scrolled to."""

    edited = Signal(object)  # z, float32 [D]
    random_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Code")
        self._code = np.zeros(0, np.float32)
        self._rows: list[_Row] = []
        self._title = QLabel("code z")
        self._reset = tool_button("reset", "Set the whole code to 0")
        self._random = tool_button("dice", "Draw a random code from the prior")
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self._title, 1)
        head.addWidget(self._random)
        head.addWidget(self._reset)
        inside = QWidget()
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(0, 0, 4, 0)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        add_layout(column, head)
        column.addWidget(self._scroll, 1)
        self._words = QLabel()  # for codes that are no numbers to be moved by hand
        self._words.setObjectName("codeWords")
        self._words.setWordWrap(True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._words.hide()
        column.addWidget(self._words, 1)
        self._connect()

    def set_code(self, z: npt.ArrayLike) -> None:
        """Show a code, float32 [D], without announcing an edit."""
        code = np.array(z, np.float32).ravel()
        if len(code) != len(self._code):
            self._clear_rows()
        self._code = code
        self._title.setText(f"code z, {len(code)} numbers" if len(code) > 1 else "code z")
        for row in self._rows:
            row.show_value(float(code[row.dimension]))
        if not self._rows:
            self._make_rows()

    def show_words(self, title: str, text: str) -> None:
        """Say what a code is made of in place of sliders; no text brings them back."""
        if text:
            self._title.setText(title)
        if text == self._words.text():  # a hand that drags asks for it many times a second
            return
        self._words.setText(text)
        self._words.setVisible(bool(text))
        self._scroll.setVisible(not text)
        self._reset.setVisible(not text)

    def code(self) -> npt.NDArray[np.float32]:
        """Return a copy of the code, [D]."""
        return self._code.copy()

    def slider(self, dimension: int) -> QSlider:
        """Return a dimension's slider, which is made if need be."""
        while dimension >= len(self._rows) and len(self._rows) < len(self._code):
            self._make_rows()
        return self._rows[dimension].slider

    def number(self, dimension: int) -> QDoubleSpinBox:
        """Return a dimension's spin box, which is made if need be."""
        self.slider(dimension)
        return self._rows[dimension].number

    def _connect(self) -> None:
        self._reset.clicked.connect(self._on_reset_clicked)
        self._random.clicked.connect(self.random_asked)
        bar = self._scroll.verticalScrollBar()
        bar.valueChanged.connect(self._on_scrolled)
        bar.rangeChanged.connect(self._on_scrolled)  # a tall window shows more than the first rows

    def _make_rows(self) -> None:
        start = len(self._rows)
        for dimension in range(start, min(start + _BATCH, len(self._code))):
            row = _Row(dimension, self)
            row.show_value(float(self._code[dimension]))
            row.changed.connect(self._on_row_changed)
            for column, part in enumerate((row.name, row.slider, row.number)):
                self._grid.addWidget(part, dimension, column)
            self._rows.append(row)

    def _clear_rows(self) -> None:
        for row in self._rows:
            for part in (row.name, row.slider, row.number):
                self._grid.removeWidget(part)
                part.hide()
                part.deleteLater()
            row.deleteLater()
        self._rows = []

    def _on_row_changed(self, dimension: int, value: float) -> None:
        self._code[dimension] = value
        self.edited.emit(self.code())

    def _on_reset_clicked(self) -> None:
        self.set_code(np.zeros_like(self._code))
        self.edited.emit(self.code())

    def _on_scrolled(self, *_place: int) -> None:
        bar = self._scroll.verticalScrollBar()
        if bar.value() >= bar.maximum() - 60 and len(self._rows) < len(self._code):
            self._make_rows()


class _Number(LettersPass, QDoubleSpinBox):
    """A number of the code."""


class _Row(QObject):
    """The name, slider and number of one dimension, kept in step."""

    changed = Signal(int, float)

    def __init__(self, dimension: int, parent: QObject) -> None:
        super().__init__(parent)
        self.dimension = dimension
        title = f"z{dimension + 1}".translate(_SUBSCRIPTS)
        self.name = QLabel(title)
        self.slider = _ResettableSlider()
        self.slider.setAccessibleName(f"{title}, slider")
        self.slider.setToolTip("Double-click to set to 0")
        self.number = _Number()
        self.number.setAccessibleName(title)
        self.number.setDecimals(3)
        self.number.setSingleStep(0.1)
        self._set_reach(_REACH)
        self.slider.valueChanged.connect(self._on_slider_moved)
        self.slider.reset_asked.connect(self._on_reset_asked)
        self.number.valueChanged.connect(self._on_number_changed)

    def show_value(self, value: float) -> None:
        """Show a value; the range grows if need be."""
        if abs(value) > self.number.maximum():
            self._set_reach(float(np.ceil(abs(value) * 1.25)))
        before = self.slider.blockSignals(True), self.number.blockSignals(True)
        self.slider.setValue(round(value * _STEPS))
        self.number.setValue(value)
        self.slider.blockSignals(before[0])
        self.number.blockSignals(before[1])

    def _set_reach(self, reach: float) -> None:
        blockers = QSignalBlocker(self.slider), QSignalBlocker(self.number)
        self.slider.setRange(-round(reach * _STEPS), round(reach * _STEPS))
        self.number.setRange(-reach, reach)
        for blocker in blockers:
            blocker.unblock()

    def _on_slider_moved(self, step: int) -> None:
        self._announce(step / _STEPS)

    def _on_number_changed(self, value: float) -> None:
        self._announce(value)

    def _on_reset_asked(self) -> None:
        self._announce(0.0)

    def _announce(self, value: float) -> None:
        self.show_value(value)
        self.changed.emit(self.dimension, value)


class _ResettableSlider(QSlider):
    """A slider that a double-click sets back, and that leaves the wheel to the scroll area."""

    reset_asked = Signal()

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setMinimumWidth(60)
        self.setSingleStep(5)
        self.setPageStep(50)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)
        self.reset_asked.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
