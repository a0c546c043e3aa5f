"""What the window asks about trust: in one decoded picture, and in the map as a whole."""

from typing import TYPE_CHECKING

import numpy as np

from vae_studio.gui.workers.decode_worker import Request
from vae_studio.latent.book_prior import BookPrior
from vae_studio.latent.book_trust import BookJudge, BookTrust
from vae_studio.latent.cloud import Cloud
from vae_studio.latent.codes import Floats
from vae_studio.latent.faithfulness import Faithfulness
from vae_studio.latent.trust import Judge, Trust

if TYPE_CHECKING:
    from vae_studio.runs.snapshot import Snapshot


class Court:
    """Judges codes of the newest weights; what is normal for real pictures is measured once for each."""

    def __init__(self) -> None:
        self._known: tuple[Snapshot, Cloud, Judge | BookJudge] | None = None

    def judge_code(self, code: Floats, cloud: Cloud) -> Request:
        """Ask how far to trust the picture at a code [D] -> Trust or BookTrust, or None where it cannot be said."""

        def request(snapshot: "Snapshot") -> Trust | BookTrust | None:
            if cloud.codes.dim != len(code) or not len(cloud.codes.finite_rows()):
                return None
            return self._judge(snapshot, cloud).trust(code)

        return request

    def _judge(self, snapshot: "Snapshot", cloud: Cloud) -> Judge | BookJudge:
        if self._known is None or self._known[0] is not snapshot or self._known[1] is not cloud:
            prior = snapshot.prior
            if isinstance(prior, BookPrior):
                judge: Judge | BookJudge = BookJudge.of(cloud.codes, prior)
            else:
                judge = Judge.of(cloud.codes, cloud.density, snapshot.decode, snapshot.encode)
            self._known = snapshot, cloud, judge
        return self._known[2]


def compare_map(mu: Floats, xy: Floats) -> Request:
    """Ask how faithful a map is, codes [M, D] and their places [M, 2] -> Faithfulness, or None for few points."""

    def request(_snapshot: "Snapshot") -> Faithfulness | None:
        placed = np.isfinite(mu).all(axis=1) & np.isfinite(xy).all(axis=1)
        return Faithfulness.of(mu[placed], xy[placed]) if placed.sum() >= 5 else None

    return request
