"""The card that greets: four ways to bring pictures."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from vae_studio.gui.layouts import add_layout
from vae_studio.gui.theme import tool_button
from vae_studio.gui.widgets.choice_tile import ChoiceTile
from vae_studio.gui.widgets.empty_text import faded
from vae_studio.gui.widgets.images import Picture

_BUILT_IN = (
    ("digits", "Handwritten digits", "Included. A map within seconds.", "grid"),
    ("faces", "Drawn faces", "Made on the spot, in colour.", "image"),
)
_WIDEST, _NARROW = 760, 560  # pixels


class WelcomeCard(QWidget):
    """Four large choices; a folder or a file can also be dropped on the card."""

    source_chosen = Signal(str)  # a built-in or data set name, or the path of something dropped
    folder_asked = Signal()
    dismissed = Signal()

    def __init__(self, data_sets: Sequence[str] = (), parent: QWidget | None = None) -> None:
        """Make the card; `data_sets` are the names offered in the list."""
        super().__init__(parent)
        self.setObjectName("welcomeCard")
        self.setAcceptDrops(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._tiles = {name: ChoiceTile(title, summary, symbol) for name, title, summary, symbol in _BUILT_IN}
        self._tiles["data-set"] = ChoiceTile("A data set", "Choose it by name below.", "points")
        self._tiles["folder"] = ChoiceTile("My own pictures", "Choose a folder, or drop it here.", "folder")
        self._names = QComboBox()
        self._names.setAccessibleName("Data set")
        self._names.addItems(list(data_sets))
        self._go = QPushButton("Use it")
        self._close = tool_button("close", "Close and look at the example")
        self._grid = QGridLayout()
        self._lay_out()
        self._connect()

    def set_previews(self, previews: Mapping[str, list[Picture]]) -> None:
        """Show pictures on the choices "digits", "faces", "data-set", "folder"."""
        for name, pictures in previews.items():
            if name in self._tiles:
                self._tiles[name].set_pictures(pictures)

    def tile(self, name: str) -> ChoiceTile:
        """Return one of the choices "digits", "faces", "data-set", "folder"."""
        return self._tiles[name]

    def set_data_sets(self, names: Sequence[str]) -> None:
        """Offer other names in the list."""
        self._names.clear()
        self._names.addItems(list(names))
        self._go.setEnabled(bool(names))

    def float_over(self, area: QWidget) -> None:
        """Lie over the lower middle of a sister, which can be clicked beside the card."""
        room = area.geometry().adjusted(16, 48, -16, -16)
        width = min(room.width(), _WIDEST)
        self._arrange(narrow=width < _NARROW)
        high = self.heightForWidth(width) if self.hasHeightForWidth() else self.sizeHint().height()
        high = min(high, room.height())
        self.setGeometry(room.center().x() - width // 2, room.bottom() - high, width, high)
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        painter.setPen(QPen(faded(palette.color(QPalette.ColorRole.Text), 0.14), 1))
        painter.setBrush(palette.color(QPalette.ColorRole.Window))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 14, 14)
        painter.end()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._light(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._light(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._light(False)
        path = next((url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()), "")
        if path:
            event.acceptProposedAction()
            self.source_chosen.emit(path)

    def _light(self, lit: bool) -> None:
        self._tiles["folder"].lit = lit
        self._tiles["folder"].update()

    def _lay_out(self) -> None:
        title = QLabel("What should the machine learn to draw?")
        title.setProperty("role", "title")
        text = QLabel("Any place on the map becomes a picture. Or a set by name:")
        text.setProperty("role", "caption")
        text.setWordWrap(True)
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        title.setWordWrap(True)
        self._grid.setSpacing(12)
        self._arrange(narrow=False)
        named = QHBoxLayout()
        named.addWidget(text, 1)
        named.addWidget(self._names)
        named.addWidget(self._go)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 12, 18, 16)
        column.setSpacing(8)
        add_layout(column, head)
        add_layout(column, self._grid)
        add_layout(column, named)

    def _arrange(self, narrow: bool) -> None:
        """Lay the choices out in one row, or flat in two."""
        for number, tile in enumerate(self._tiles.values()):
            tile.set_flat(narrow)
            self._grid.addWidget(tile, *(divmod(number, 2) if narrow else (0, number)))

    def _connect(self) -> None:
        self._tiles["digits"].clicked.connect(self._on_digits_clicked)
        self._tiles["faces"].clicked.connect(self._on_faces_clicked)
        self._tiles["data-set"].clicked.connect(self._names.showPopup)
        self._tiles["folder"].clicked.connect(self.folder_asked)
        self._go.clicked.connect(self._on_go_clicked)
        self._close.clicked.connect(self.dismissed)

    def _on_digits_clicked(self) -> None:
        self.source_chosen.emit("digits")

    def _on_faces_clicked(self) -> None:
        self.source_chosen.emit("faces")

    def _on_go_clicked(self) -> None:
        if self._names.currentText():
            self.source_chosen.emit(self._names.currentText())
