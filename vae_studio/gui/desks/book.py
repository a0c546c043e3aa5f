"""The book desk: the code book of the open run, which of its entries is looked at, and who uses it."""

from PySide6.QtCore import QObject, Signal

from vae_studio.gui.explorer import Explorer
from vae_studio.gui.workers.book_requests import OpenBook, open_book
from vae_studio.gui.workers.decode_worker import Answer, DecodeWorker

USERS = 24  # pictures shown of those that use an entry


class BookDesk(QObject):
    """Keeps the book as it is used by the codes on the map; most runs have none."""

    changed = Signal(object)  # OpenBook, or None
    picked = Signal(int)  # an entry

    def __init__(self, decoder: DecodeWorker, explorer: Explorer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.open: OpenBook | None = None
        self.entry: int | None = None
        self._decoder, self._explorer = decoder, explorer
        self._stamp = 0
        explorer.cloud_changed.connect(self._on_cloud_changed)
        decoder.answered.connect(self._on_decoder_answered)

    def pick(self, entry: int) -> None:
        """Look at the code that has an entry at all places."""
        if self.open is not None:
            self.entry = entry
            self._explorer.look_at(self.open.code_of(entry))
            self.picked.emit(entry)

    def users(self) -> list[tuple[int, int]]:
        """Return the pictures that use the entry at most places, and at how many."""
        return [] if self.open is None or self.entry is None else self.open.users(self.entry, USERS)

    def _on_cloud_changed(self) -> None:
        cloud = self._explorer.cloud
        if cloud is None:
            self._stamp = 0
            self._set(None)
        else:
            self._stamp = self._decoder.ask("book", open_book(cloud))

    def _on_decoder_answered(self, answer: Answer) -> None:
        if answer.lane == "book" and answer.stamp == self._stamp and not answer.failure:
            self._set(answer.result)

    def _set(self, book: OpenBook | None) -> None:
        if book is None or (self.entry is not None and self.entry >= len(book.book)):
            self.entry = None
        if book is not self.open:
            self.open = book
            self.changed.emit(book)
