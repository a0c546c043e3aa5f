"""The code book in place of the map: its entries, and the pictures that use the one that is looked at."""

import numpy as np
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from vae_studio.gui.desks.book import BookDesk
from vae_studio.gui.layouts import add_layout
from vae_studio.gui.studio import Studio
from vae_studio.gui.widgets.elided_label import ElidedLabel
from vae_studio.gui.widgets.entry_grid import EntryGrid
from vae_studio.gui.widgets.picture_strip import PictureStrip
from vae_studio.gui.workers.book_requests import OpenBook
from vae_studio.latent.book import perplexity
from vae_studio.plural import counted

_HINT = "Click an entry: what it decodes to at all places, and the pictures that use it"


class BookPanel(QWidget):
    """Shows the book desk; a click on an entry decodes it, a click on a picture goes there."""

    def __init__(self, studio: Studio, desk: BookDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bookPanel")
        self._explorer, self._desk = studio.explorer, desk
        self.grid = EntryGrid("The code book appears as soon as there is a trained model.")
        self.users = PictureStrip(side=44)
        self._about, self._users_title = ElidedLabel(), ElidedLabel()
        self._numbers: list[int] = []
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.grid.setObjectName("bookGrid")
        self.grid.setToolTip(_HINT)
        self.users.setObjectName("bookUsers")
        self.users.setAccessibleName("Pictures that use the entry")
        title = QLabel("Code book")
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        for label in (self._about, self._users_title):
            label.setProperty("role", "caption")
        head = QHBoxLayout()
        head.setContentsMargins(10, 8, 10, 4)
        head.addWidget(title)
        head.addSpacing(12)
        head.addWidget(self._about, 1)
        area = _scrolling(self.grid)
        foot = QVBoxLayout()
        foot.setContentsMargins(10, 4, 10, 4)
        foot.addWidget(self._users_title)
        strip = _scrolling(self.users)
        strip.setFixedHeight(84)
        foot.addWidget(strip)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        add_layout(column, head)
        column.addWidget(area, 1)
        add_layout(column, foot)
        self._users_title.setText(_HINT)

    def _connect(self) -> None:
        self._desk.changed.connect(self._on_book_changed)
        self._desk.picked.connect(lambda _entry: self._show_users())
        self.grid.clicked.connect(self._desk.pick)
        self.users.clicked.connect(lambda place: self._explorer.look_at_picture(self._numbers[place]))
        self._explorer.images_changed.connect(self._show_users)

    def _on_book_changed(self, book: OpenBook | None) -> None:
        if book is None:
            self.grid.set_entries([], [], np.zeros(0, np.int64))
            self._about.setText("")
        else:
            self.grid.set_entries(book.order.tolist(), list(book.pictures), book.uses[book.order])
            total, used = len(book.book), int((book.uses > 0).sum())
            more = f", the {len(book.order)} most used shown" if len(book.order) < total else ""
            places = counted(book.book.places, "place")
            entries = counted(total, "entry", "entries")
            self._about.setText(
                f"{used} of {entries} in use, perplexity {perplexity(book.uses):.1f}, {places} in a code{more}"
            )
        self.grid.set_selected(-1 if self._desk.entry is None else self._desk.entry)
        self._show_users()

    def _show_users(self) -> None:
        found = [
            (number, times) for number, times in self._desk.users() if self._explorer.thumbnail(number) is not None
        ]
        pictures = [self._explorer.thumbnail(number) for number, _ in found]
        self._numbers = [number for number, _ in found]
        self.users.set_pictures([picture for picture in pictures if picture is not None], [f"×{t}" for _, t in found])
        if self._desk.entry is None:
            self._users_title.setText(_HINT)
        elif found:
            self._users_title.setText(f"Pictures that use entry {self._desk.entry} most; click one to go there")
        else:
            self._users_title.setText(f"No picture uses entry {self._desk.entry}")


def _scrolling(widget: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(widget)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    return area
