"""The plain word on a decoded picture: a coloured dot, a verdict, and its two reasons."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from vae_studio.gui.layouts import add_layout
from vae_studio.gui.widgets.elided_label import ElidedLabel
from vae_studio.latent.book_trust import BookTrust
from vae_studio.latent.trust import Trust, Verdict, verdict_of_support
from vae_studio.plural import counted

_COLOURS = {"like the data": "#2e9e6b", "thin": "#dd9a24", "empty land": "#d0523f"}
_SAID = {
    "like the data": "Like the data",
    "thin": "Thin ground: trust it by half",
    "empty land": "Empty land: the decoder is guessing",
}
_SAID_OF_BOOK = {
    "like the data": "Like the data",
    "thin": "A rare mixture of entries",
    "empty land": "A mixture unlike all pictures",
}
_ASTRAY = "A mixture: it leads back elsewhere"  # data all around, but nothing like the picture between them
_TIP = (
    "<p>Can this picture be trusted?</p>"
    "<p><b>Support</b>: of 100 codes of real pictures, so many lie in emptier places than this point. "
    "0 means that none is as lonely.</p>"
    "<p><b>Comes back</b>: the picture is encoded again; the number says how far from the point it lands, in widths of "
    "a typical posterior, or where there is none in percent of how far all codes spread; in brackets, how far half of "
    "the real pictures do at most.</p>"
)
_BOOK_TIP = (
    "<p>Can this picture be trusted?</p>"
    "<p><b>Bits</b>: what the prior over the entries says that this mixture of them costs; the more, the stranger. In "
    "brackets, what half of the real pictures cost at most.</p>"
)


class TrustLine(QWidget):
    """Shows how far to trust the picture above it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trustLine")
        self._dot = _Dot()
        self._verdict = ElidedLabel(tipped=False)  # the tip of the whole is shown instead
        self._reasons, self._more = ElidedLabel(tipped=False), ElidedLabel(tipped=False)
        self._support: float | None = None
        self._counted = 0
        self._shown: tuple[object, ...] | None = None
        font = self._verdict.font()
        font.setBold(True)
        self._verdict.setFont(font)
        for label in self._labels:
            label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
            label.setMinimumHeight(label.fontMetrics().lineSpacing())  # nothing below moves when one has nothing to say
        for label in self._labels[1:]:
            label.setProperty("role", "caption")
        lines = QVBoxLayout()
        lines.setSpacing(0)
        for label in self._labels:
            lines.addWidget(label)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._dot, 0, Qt.AlignmentFlag.AlignTop)
        add_layout(row, lines, 1)
        self.clear()

    @property
    def _labels(self) -> tuple[ElidedLabel, ...]:
        return self._verdict, self._reasons, self._more

    def clear(self) -> None:
        """Say nothing."""
        self._support, self._counted = None, 0
        self._show(None, "")

    def set_support(self, support: float | None, counted: int = 0) -> None:
        """Show what the data around the point say, a percentile, while the round trip is not known.

        `counted` is how many pictures it comes from, when that is not all of them.
        """
        self._support, self._counted = support, counted
        if support is None:
            self.clear()
        else:
            self._show(verdict_of_support(support), self._written(support))

    def set_trust(self, trust: Trust | BookTrust | None) -> None:
        """Show the whole judgement; None goes back to what the data around the point say."""
        if trust is None:
            self.set_support(self._support, self._counted)
            return
        if isinstance(trust, BookTrust):
            self._support = None
            parts = f"{counted(trust.different, 'entry', 'entries')} at {counted(trust.places, 'place')}"
            bits = f"{trust.bits:.0f} bits (real ones {trust.typical:.0f})"
            self._show(trust.verdict, bits, parts, trust.sentence(), _SAID_OF_BOOK[trust.verdict], _BOOK_TIP)
            return
        self._support = trust.support
        percent = "%" if trust.points else ""
        back = f"Comes back {trust.distance:.1f}{percent} ({trust.typical:.1f}{percent})"
        astray = trust.verdict == "empty land" and verdict_of_support(trust.support) == "like the data"
        said = _ASTRAY if astray else ""
        self._show(trust.verdict, self._written(trust.support), back, trust.sentence(), said)

    def _written(self, support: float) -> str:
        return f"Support {support:.0f}%" + (f" of {counted(self._counted, 'picture')}" if self._counted else "")

    def verdict(self) -> str:
        """Return what is said, in words."""
        return self._verdict.text()

    def reasons(self) -> str:
        """Return why."""
        return " · ".join(filter(None, (self._reasons.text(), self._more.text())))

    def _show(
        self, verdict: Verdict | None, reasons: str, more: str = "", sentence: str = "", said: str = "", tip: str = _TIP
    ) -> None:
        said = "" if verdict is None else said or _SAID[verdict]
        shown = verdict, reasons, more, sentence, said, tip
        if shown == self._shown:  # it is told many times a second while a hand drags over the map
            return
        self._shown = shown
        self._dot.set_colour(None if verdict is None else QColor(_COLOURS[verdict]))
        self._verdict.setText(said)
        self._reasons.setText(reasons)
        self._more.setText(more)
        self.setToolTip(f"<p><b>{self._verdict.text()}</b><br>{self.reasons()}</p>{tip}" if reasons else tip)
        self.setAccessibleName("Trust")
        self.setAccessibleDescription(sentence or f"{self._verdict.text()}. {self.reasons()}")


class _Dot(QWidget):
    """A small round light."""

    def __init__(self) -> None:
        super().__init__()
        self._colour: QColor | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_colour(self, colour: QColor | None) -> None:
        """Light up in a colour, or go out."""
        if colour != self._colour:
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
