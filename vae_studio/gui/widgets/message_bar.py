"""A slim bar that says what went wrong or what to know, with a button that helps, and can be closed."""

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from vae_studio.gui.theme import icon, tool_button
from vae_studio.gui.widgets.empty_text import faded

Kind = Literal["info", "warning", "error"]
_ICONS: dict[str, str] = {"info": "info", "warning": "warning", "error": "warning"}
_COLOURS = {"warning": "#d99a1c", "error": "#d2453b"}


class MessageBar(QWidget):
    """One message at a time; a newer one takes the place of the older."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageBar")
        self._kind: Kind = "info"
        self._act: Callable[[], object] | None = None
        self._symbol = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._action = QPushButton()
        self._close = tool_button("close", "Close this message")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 6, 4)
        row.setSpacing(10)
        for part, stretch in ((self._symbol, 0), (self._text, 1), (self._action, 0), (self._close, 0)):
            row.addWidget(part, stretch)
        self._close.clicked.connect(self._on_close_clicked)
        self._action.clicked.connect(self._on_action_clicked)
        self.hide()

    def show_message(
        self, text: str, kind: Kind = "info", action: str = "", act: Callable[[], object] | None = None
    ) -> None:
        """Show a sentence; with an action, a button with that text that calls `act` and closes the bar."""
        self._kind, self._act = kind, act
        self._text.setText(text)
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self.setAccessibleName(text)
        self._draw_symbol()
        self.show()
        self.update()

    def text(self) -> str:
        """Return the sentence shown, or nothing when the bar is closed."""
        return "" if self.isHidden() else self._text.text()

    def kind(self) -> Kind:
        """Return what kind of message it is."""
        return self._kind

    def clear(self) -> None:
        """Close the bar."""
        self._act = None
        self.hide()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_symbol()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colour = self._colour()
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Window))
        painter.fillRect(self.rect(), faded(colour, 0.16))
        painter.fillRect(QRectF(0, 0, 4, self.height()), colour)
        painter.end()

    def _colour(self) -> QColor:
        accent = self.palette().color(QPalette.ColorRole.Highlight)
        return QColor(_COLOURS[self._kind]) if self._kind in _COLOURS else accent

    def _draw_symbol(self) -> None:
        self._symbol.setPixmap(icon(_ICONS[self._kind]).pixmap(QSize(18, 18), self.devicePixelRatioF()))

    def _on_close_clicked(self) -> None:
        self.clear()
        self.closed.emit()

    def _on_action_clicked(self) -> None:
        act = self._act
        self.clear()
        if act is not None:
            act()
