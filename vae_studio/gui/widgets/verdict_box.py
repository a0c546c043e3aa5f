"""The verdict on a run: a coloured dot with its name, a sentence, the figures it rests on, and the remedy."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QVBoxLayout, QWidget

from vae_studio.evaluation.finding import Condition, Finding
from vae_studio.gui.layouts import add_layout
from vae_studio.gui.widgets.elided_button import ElidedButton
from vae_studio.runs.health import CheckUp

_GOOD, _UNSURE, _WARNING, _BAD = "#2e9e6b", "#8b939f", "#dd9a24", "#d0523f"
_COLOURS = {
    Condition.HEALTHY: _GOOD,
    Condition.UNKNOWN: _UNSURE,
    Condition.COLLAPSING: _WARNING,
    Condition.OVERFITTING: _WARNING,
    Condition.PRIOR_MISMATCH: _WARNING,
}
_NOTHING = "Train a model, and what can be said about it appears here."


class VerdictBox(QWidget):
    """Shows what was found; the button asks for the remedy."""

    remedy_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._sentence, self._others = QLabel(), QLabel(_NOTHING), QLabel()
        self._remedy = ElidedButton()
        self._evidence = QFormLayout()
        self._lay_out()
        self._remedy.clicked.connect(self.remedy_wanted)
        self.show_found(None)

    def _lay_out(self) -> None:
        self._name.setObjectName("verdictName")
        self._sentence.setObjectName("verdictSentence")
        self._remedy.setObjectName("remedyButton")
        self._name.setTextFormat(Qt.TextFormat.RichText)
        for label in (self._sentence, self._others):
            label.setWordWrap(True)
        self._others.setProperty("role", "caption")
        self._evidence.setHorizontalSpacing(18)
        self._evidence.setVerticalSpacing(2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._name)
        column.addWidget(self._sentence)
        column.addWidget(self._remedy, 0, Qt.AlignmentFlag.AlignLeft)
        add_layout(column, self._evidence)
        column.addWidget(self._others)
        column.addStretch(1)

    def show_found(self, found: CheckUp | None) -> None:
        """Show a check-up, or that there is nothing to judge."""
        while self._evidence.rowCount():
            self._evidence.removeRow(0)
        self._name.setVisible(found is not None)
        self._others.setVisible(found is not None and len(found.findings) > 1)
        self._remedy.setVisible(found is not None and found.remedy is not None)
        if found is None:
            self._sentence.setText(_NOTHING)
            return
        finding = found.finding
        colour = _COLOURS.get(finding.condition, _BAD)
        self._name.setText(f'<span style="color:{colour}">●</span>&nbsp;<b>{_title(finding)}</b>')
        self._sentence.setText(finding.sentence)
        for name, value in finding.evidence:
            shown = QLabel(value)
            shown.setWordWrap(True)
            self._evidence.addRow(QLabel(_capitalised(name)), shown)
        self._others.setText(" ".join(f"{_title(other)}: {other.sentence}" for other in found.findings[1:]))
        if found.remedy is not None:
            self._remedy.setText(f"Try: {found.remedy.short}")
            self._remedy.setToolTip(f"{self._remedy.text()}. {found.remedy.sentence}")

    def set_idle(self, idle: bool) -> None:
        """Let the remedy be tried, or not while something is trained."""
        self._remedy.setEnabled(idle)


def _title(finding: Finding) -> str:
    return _capitalised(str(finding.condition))


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
