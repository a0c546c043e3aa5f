"""A titled part of a form that can be folded away."""

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QLayout, QWidget
from superqt import QCollapsible

_ANY_HEIGHT = 16_777_215  # Qt's own largest size


class Fold(QCollapsible):
    """A collapsible whose content may grow while it is open and whose arrow follows the palette."""

    def __init__(self, title: str, content: QLayout, parent: QWidget | None = None) -> None:
        super().__init__(title, parent, expandedIcon="▼", collapsedIcon="▶")
        self.setDuration(0)  # an animated height would hold the content's old size
        inside = QWidget()
        inside.setLayout(content)
        default = self.content()
        self.setContent(inside)
        default.setParent(None)
        default.deleteLater()
        if (layout := self.layout()) is not None:
            layout.setContentsMargins(0, 0, 0, 0)
        self.toggled.connect(self._on_toggled)
        self.collapse(animate=False)

    def open(self) -> None:
        """Unfold."""
        self.expand(animate=False)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            QTimer.singleShot(0, self, self._draw_arrows)  # after the palette has reached the button

    def _draw_arrows(self) -> None:
        """Draw the arrows in the palette's colours: they are pictures, painted once."""
        self.setExpandedIcon("▼")
        self.setCollapsedIcon("◀" if self.isRightToLeft() else "▶")

    def _on_toggled(self, opened: bool) -> None:
        self.content().setMaximumHeight(_ANY_HEIGHT if opened else 0)
