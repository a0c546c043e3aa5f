"""The chart: the plane, or the bent map, on which the explorer's cloud is seen."""

from functools import cached_property

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from vae_studio.errors import UsageError
from vae_studio.latent.cloud import Cloud
from vae_studio.latent.codes import Floats
from vae_studio.latent.embedding import Embedding
from vae_studio.latent.neighbours import Neighbours
from vae_studio.latent.plane import Plane, plane_through, raw_plane

_ROWS = 4096  # codes that tell in which direction depth lies, and how deep
_NEARLY_ALL = 0.995  # of the codes lie within the reach of the depth


class Chart(QObject):
    """Knows where a code is seen, and which code lies at a place; on a plane both are exact."""

    changed = Signal()  # the points have other places
    shifted = Signal()  # the points stay, but the places hold other codes

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.kind = "pca"  # or "axes", "pictures", or a kind of embedding; up to two dimensions are shown as they are
        self.axes = (0, 1)
        self.pictures: tuple[int, ...] = ()  # the numbers of three pictures, if the plane was laid through them
        self.embedding: Embedding | None = None
        self.depth = 0.0  # -1 to 1, a share of the reach
        self._cloud: Cloud | None = None
        self._dim = 2
        self._base: Plane | None = None  # where it was chosen; else the cloud's own

    # The cloud that is charted

    def begin(self, dim: int) -> None:
        """Chart nothing, in another space of codes."""
        self._cloud, self._dim = None, dim
        self._choose("pca", None)

    def set_cloud(self, cloud: Cloud) -> str:
        """Chart these codes; return a sentence if the map could not stay what it was, else nothing."""
        before, self._cloud, self._dim = self.kind, cloud, cloud.codes.dim
        self._forget()
        if self.embedding is not None:
            self._choose("pca", None)
            return f"The codes have changed, so the map shows a plane again; choose {before} once more when they rest."
        try:
            self._follow()
        except UsageError as error:
            self._choose("pca", None)
            return str(error)
        return ""

    # What can be shown

    def show_pca(self) -> None:
        """Show the two directions in which the codes spread most."""
        self._choose("pca", None)

    def show_axes(self, i: int, j: int) -> None:
        """Show two dimensions of the code as they are; raises UsageError when there are none such."""
        plane = raw_plane(self._dim, i, j)
        self.axes = (i, j)
        self._choose("axes", plane)

    def show_through(self, codes: npt.ArrayLike, pictures: tuple[int, ...] = ()) -> None:
        """Show the plane through three codes [3, D], maybe of pictures; raises UsageError when they fix none."""
        plane = plane_through(codes)
        self.pictures = pictures
        self._choose("pictures", plane)

    def show_embedding(self, embedding: Embedding, cloud: Cloud) -> None:
        """Show a bent map of a cloud; one of an earlier cloud is not shown any more."""
        if cloud is self._cloud:
            self._choose(embedding.kind, None, embedding)

    def pass_through(self, code: Floats) -> None:
        """Shift the plane until it passes through a code [D]."""
        if self.exact:
            self._base, self.depth = self.plane.through(code), 0.0
            self._forget()
            self.shifted.emit()

    def set_depth(self, share: float) -> None:
        """Shift the plane to a share, -1 to 1, of how far the codes reach to either side of it."""
        if self.exact and share != self.depth:
            self.depth = share
            self._forget_plane()
            self.shifted.emit()

    # Where things are

    @property
    def exact(self) -> bool:
        """Whether every place is a code: so it is on a plane."""
        return self.embedding is None

    @property
    def deep(self) -> bool:
        """Whether something may lie off the plane."""
        return self.exact and self._dim > 2

    @cached_property
    def plane(self) -> Plane:
        """The plane of the map; on a bent map the one that was shown before it."""
        base = self._flat
        return base if self.depth == 0 else base.moved(self._direction, self.depth * self.reach)

    @cached_property
    def xy(self) -> Floats:
        """Where each code of the cloud is seen, [M, 2]; nan for the ones a bent map leaves out."""
        if self._cloud is None:
            return np.zeros((0, 2), np.float32)
        if self.embedding is not None:
            places = np.full((len(self._cloud.codes), 2), np.nan, np.float32)
            places[self.embedding.rows] = self.embedding.xy
            return places
        return self._cloud.xy if self._base is None else self._base.to_plane(self._cloud.codes.mu)

    @cached_property
    def reach(self) -> float:
        """How far nearly all codes lie off the plane at most, along the direction of the depth."""
        away = np.abs(self._flat.depth(self._some, self._direction[None])) if len(self._some) else np.zeros(1)
        return float(np.quantile(away, _NEARLY_ALL))

    def to_map(self, codes: Floats) -> Floats:
        """Return where codes [N, D] are seen, [N, 2]; on a bent map at their nearest picture, nan when none is."""
        if self.embedding is None:
            return self.plane.to_plane(codes)
        good = np.isfinite(codes).all(axis=1)
        places = np.full((len(codes), 2), np.nan, np.float32)
        if good.any():
            rows, _ = self._placed.nearest(codes[good], 1)
            places[good] = self.embedding.xy[rows[:, 0]]
        return places

    def code_at(self, x: float, y: float) -> Floats:
        """Return the code at a place: on a plane exactly, on a bent map that of the nearest picture."""
        if self.embedding is not None and self._cloud is not None:
            code: Floats = self._cloud.codes.mu[self.embedding.nearest((x, y))]
        else:
            code = self.plane.to_code([[x, y]])[0]
        return code

    def picture_at(self, x: float, y: float) -> int | None:
        """Return the number of the picture that is seen nearest to a place."""
        away = ((self.xy - np.array([x, y], np.float32)) ** 2).sum(axis=1)
        if self._cloud is None or not np.isfinite(away).any():
            return None
        return int(self._cloud.indices[np.nanargmin(away)])

    def axis_names(self) -> tuple[str, str]:
        """Return what the two axes of the map are called."""
        if not self.exact:
            return "", ""
        if self._dim <= 2:
            return "z1", "z2" if self._dim == 2 else ""
        if self.kind == "axes":
            return f"z{self.axes[0] + 1}", f"z{self.axes[1] + 1}"
        if self.kind == "pictures":
            return "towards the second picture", "towards the third"
        return "first principal axis", "second principal axis"

    # Inside

    def _choose(self, kind: str, base: Plane | None, embedding: Embedding | None = None) -> None:
        self.kind, self._base, self.embedding, self.depth = kind, base, embedding, 0.0
        self._forget()
        self.changed.emit()

    def _follow(self) -> None:
        """Keep a plane through pictures on their codes, wherever these have moved."""
        if self._base is not None and self._base.dim != self._dim:
            raise UsageError("The codes have another number of dimensions now, so the map shows their own plane again.")
        if self.kind != "pictures" or self._cloud is None or not self.pictures:
            return
        rows = [np.flatnonzero(self._cloud.indices == number) for number in self.pictures]
        if all(map(len, rows)):
            self._base = plane_through(self._cloud.codes.mu[[row[0] for row in rows]])

    def _forget(self) -> None:
        for name in ("xy", "reach", "_direction", "_some", "_placed"):
            self.__dict__.pop(name, None)
        self._forget_plane()

    def _forget_plane(self) -> None:
        self.__dict__.pop("plane", None)

    @property
    def _flat(self) -> Plane:
        if self._base is not None:
            return self._base
        return raw_plane(self._dim) if self._cloud is None else self._cloud.plane

    @cached_property
    def _some(self) -> Floats:
        if self._cloud is None:
            return np.zeros((0, self._dim), np.float32)
        step = max(1, len(self._cloud.codes) // _ROWS)
        mu = self._cloud.codes.mu[::step]
        return mu[np.isfinite(mu).all(axis=1)]

    @cached_property
    def _direction(self) -> npt.NDArray[np.float64]:
        found = self._flat.depth_directions(self._some) if self._dim > 2 else np.zeros((0, self._dim))
        return found[0] if len(found) else np.zeros(self._dim)

    @cached_property
    def _placed(self) -> Neighbours:
        assert self._cloud is not None
        assert self.embedding is not None
        return Neighbours(self._cloud.codes.mu[self.embedding.rows])
