"""Fields for numbers and choices that leave wheel and letters to what is around them."""

import math
import re
from collections.abc import Callable

from PySide6.QtCore import QEvent, QLocale, Qt
from PySide6.QtGui import QKeyEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QSpinBox, QWidget


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


def _typed(text: str) -> float | None:
    """Return the number that is written, or nothing while there is none."""
    text = text.replace(",", ".")
    return float(text) if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text) else None


def _wheel_with_focus(widget: QWidget, event: QWheelEvent, turn: Callable[[QWheelEvent], None]) -> None:
    if widget.hasFocus():
        turn(event)
    else:
        event.ignore()
