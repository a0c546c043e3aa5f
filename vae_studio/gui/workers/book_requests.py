"""What the window asks the decoder about a code book."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vae_studio.data.image_set import Pictures
from vae_studio.gui.workers.decode_worker import Request
from vae_studio.latent.book import Book, Indices
from vae_studio.latent.cloud import Cloud
from vae_studio.latent.codes import Floats

if TYPE_CHECKING:
    from vae_studio.runs.snapshot import Snapshot

MOST = 512  # entries decoded and shown


@dataclass(frozen=True, eq=False)
class OpenBook:
    """A code book, how the pictures on the map use it, and what its most used entries decode to."""

    book: Book
    uses: Indices  # [K]
    order: npt.NDArray[np.int64]  # [S], the entries shown, the most used first
    pictures: Pictures  # [S, H, W, C], what they decode to at all places
    indices: Indices  # [N, P], the entries of the pictures on the map
    numbers: npt.NDArray[np.int64]  # [N], which pictures these are

    def code_of(self, entry: int) -> Floats:
        """Return the code that has an entry at all places, [D]."""
        code: Floats = self.book.codes(np.full((1, self.book.places), entry, np.int64))[0]
        return code

    def users(self, entry: int, count: int) -> list[tuple[int, int]]:
        """Return the numbers of the pictures that use an entry at most places, and at how many, at most `count`."""
        times = (self.indices == entry).sum(axis=1)
        rows = np.argsort(-times, kind="stable")[:count]
        return [(int(self.numbers[row]), int(times[row])) for row in rows if times[row]]


def open_book(cloud: Cloud) -> Request:
    """Ask for the code book and its use -> OpenBook, or None where there is none."""

    def request(snapshot: "Snapshot") -> OpenBook | None:
        book = snapshot.book
        if book is None or cloud.codes.dim != snapshot.latent_dim:
            return None
        indices = book.indices(cloud.codes.mu)
        uses = book.uses(indices)
        order = np.argsort(-uses, kind="stable")[:MOST]
        pictures = snapshot.decode(book.everywhere()[order])
        return OpenBook(book, uses, order, pictures, indices, cloud.indices)

    return request


def draw_code(seed: int) -> Request:
    """Ask for a code drawn from the prior -> [D]."""
    return lambda snapshot: snapshot.prior.sample(1, snapshot.latent_dim, np.random.default_rng(seed))[0]
