"""The middle of the window: the map, or the code book in its place."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from vae_studio.gui.desks.book import BookDesk
from vae_studio.gui.panels.book_panel import BookPanel
from vae_studio.gui.panels.map_panel import MapPanel
from vae_studio.gui.studio import Studio
from vae_studio.gui.workers.book_requests import OpenBook


class CentrePanel(QWidget):
    """Shows the code book when the run has one; tabs above lead to the scatter of its codes and back."""

    book_shown = Signal(bool)  # whether the code book lies in place of the map

    def __init__(self, studio: Studio, map_panel: MapPanel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.books = BookDesk(studio.decoders.places, studio.explorer, self)
        self.book_panel = BookPanel(studio, self.books)
        self.tabs = QTabBar()
        self.tabs.setObjectName("centreTabs")
        self.tabs.setAccessibleName("Code book or scatter")
        self.tabs.addTab("Code book")
        self.tabs.addTab("Scatter of codes")
        self.tabs.hide()
        self._stack = QStackedWidget()
        self._stack.addWidget(map_panel)
        self._stack.addWidget(self.book_panel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self._stack, 1)
        self.books.changed.connect(self._on_book_changed)
        self.tabs.currentChanged.connect(lambda _tab: self._show())

    def _on_book_changed(self, book: OpenBook | None) -> None:
        if (book is not None) != self.tabs.isVisibleTo(self):
            self.tabs.setVisible(book is not None)
            self.tabs.setCurrentIndex(0)
            self._show()

    def _show(self) -> None:
        book = self.tabs.isVisibleTo(self) and self.tabs.currentIndex() == 0
        self._stack.setCurrentIndex(1 if book else 0)
        self.book_shown.emit(book)
