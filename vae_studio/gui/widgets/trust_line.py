"""The plain word on a decoded picture: a coloured dot, a verdict, and its two reasons."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from vae_studio.gui.widgets.elided_label import ElidedLabel
from vae_studio.latent.trust import Trust, Verdict, verdict_of_support
from vae_studio.plural import counted

_COLOURS = {"like the data": "#2e9e6b", "thin": "#dd9a24", "empty land": "#d0523f"}
_SAID = {
    "like the data": "Like the data",
    "thin": "Thin ground: trust it by half",
    "empty land": "Empty land: the decoder is guessing",
}
_ASTRAY = "A mixture: it leads back elsewhere"  # data all around, but nothing like the picture between them
_TIP = (
    "<p>Can this picture be trusted?</p>"
    "<p><b>Support</b>: of 100 codes of real pictures, so many lie in emptier places than this point. "
    "0 means that none is as lonely.</p>"
    "<p><b>Comes back</b>: the picture is encoded again; the number says how far from the point it lands, in widths of "
    "a typical posterior; in brackets, how far half of the real pictures do at most.</p>"
)


class TrustLine(QWidget):
    """Shows how far to trust the picture above it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trustLine")
        self._dot = _Dot()
        self._verdict = ElidedLabel()
        self._reasons = ElidedLabel()
        self._support: float | None = None
        self._counted = 0
        font = self._verdict.font()
        font.setBold(True)
        self._verdict.setFont(font)
        self._reasons.setProperty("role", "caption")
        for label in (self._verdict, self._reasons):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        lines = QVBoxLayout()
        lines.setSpacing(0)
        lines.addWidget(self._verdict)
        lines.addWidget(self._reasons)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._dot, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(lines, 1)
        self.clear()

    def clear(self) -> None:
        """Say nothing."""
        self._support, self._counted = None, 0
        self._show(None, "", "")

    def set_support(self, support: float | None, counted: int = 0) -> None:
        """Show what the data around the point say, a percentile, while the round trip is not known.

        `counted` is how many pictures it comes from, when that is not all of them.
        """
        self._support, self._counted = support, counted
        if support is None:
            self.clear()
        else:
            self._show(verdict_of_support(support), self._written(support), "")

    def set_trust(self, trust: Trust | None) -> None:
        """Show the whole judgement; None goes back to what the data around the point say."""
        if trust is None:
            self.set_support(self._support, self._counted)
            return
        self._support = trust.support
        back = f"comes back {trust.distance:.1f} ({trust.typical:.1f})"
        astray = trust.verdict == "empty land" and verdict_of_support(trust.support) == "like the data"
        reasons = f"{self._written(trust.support)} · {back}"
        self._show(trust.verdict, reasons, trust.sentence(), _ASTRAY if astray else "")

    def _written(self, support: float) -> str:
        return f"Support {support:.0f}%" + (f" of {counted(self._counted, 'picture')}" if self._counted else "")

    def verdict(self) -> str:
        """Return what is said, in words."""
        return self._verdict.text()

    def reasons(self) -> str:
        """Return why."""
        return self._reasons.text()

    def _show(self, verdict: Verdict | None, reasons: str, sentence: str, said: str = "") -> None:
        self._dot.set_colour(None if verdict is None else QColor(_COLOURS[verdict]))
        self._verdict.setText("" if verdict is None else said or _SAID[verdict])
        self._reasons.setText(reasons)
        for label in (self._verdict, self._reasons):
            label.setToolTip("")  # the tip of the whole is shown instead
        self.setToolTip(f"<p><b>{self._verdict.text()}</b><br>{reasons}</p>{_TIP}" if reasons else _TIP)
        self.setAccessibleName("Trust")
        self.setAccessibleDescription(sentence or f"{self._verdict.text()}. {reasons}")


class _Dot(QWidget):
    """A small round light."""

    def __init__(self) -> None:
        super().__init__()
        self._colour: QColor | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_colour(self, colour: QColor | None) -> None:
        """Light up in a colour, or go out."""
        self._colour = colour
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(12, self.fontMetrics().lineSpacing())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._colour is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour)
        painter.drawEllipse(QPointF(self.width() / 2, self.height() / 2), 5, 5)
        painter.end()
