"""The map to look at: points, a background, a path and markers on a plane, with a view that follows the points."""

import time
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from vae_studio.gui.plots.camera import Camera
from vae_studio.gui.plots.land_layer import LandLayer
from vae_studio.gui.plots.map_scene import MapScene, Place, Rect, no_places
from vae_studio.gui.plots.marker import REACH
from vae_studio.gui.plots.point_cloud import PointCloud, distinct_colours

_GLIDE_MS, _MOST_GLIDING = 250, 200_000
_GLIDE_REST = 3.0  # times what a frame of it took, before the next: a hand on the map comes first
_SETTLE_MS = 80  # after the last movement, before the points that were left out meanwhile are drawn as well


class MapView(QWidget):
    """Shows a scene; all places are in the plane's own units. What the mouse does is added by LatentMap."""

    view_changed = Signal()
    labels_changed = Signal()  # other names, other colours, or other labels hidden

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(160, 120)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._scene = MapScene()
        self._fitting = True  # until the user zooms or pans, the view follows the points
        self._animated = True
        self._views: tuple[Camera, Camera] | None = None  # before and after the glide
        self._glide = QVariantAnimation(self)
        self._glide.setDuration(_GLIDE_MS)
        self._glide.setStartValue(0.0)
        self._glide.setEndValue(1.0)
        self._glide.valueChanged.connect(self._on_glided)
        self._glide_due = 0.0  # when its next frame may be
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._on_settled)

    def set_points(
        self,
        xy: npt.ArrayLike,
        labels: npt.ArrayLike | None = None,
        label_names: Sequence[str] = (),
        colours: npt.NDArray[np.uint8] | None = None,
        indices: npt.ArrayLike | None = None,
    ) -> None:
        """Show points: xy [N, 2], labels [N], colours uint8 [L, 3], indices [N] the number of each point's picture.

        Points of the same pictures glide to their new places; while they do, the next call takes over at once.
        """
        scene, before = self._scene, self._scene.cloud
        cloud = PointCloud.of(xy, labels, indices)
        names: tuple[str, ...] = ()
        if cloud.labels is None:
            scene.colours = None
        else:
            count = max(len(label_names), int(cloud.labels.max(initial=0)) + 1)
            names = tuple(label_names) + tuple(str(label) for label in range(len(label_names), count))
            scene.colours = distinct_colours(count) if colours is None or len(colours) == 0 else np.array(colours)
        cloud.hidden = scene.cloud.hidden if names == scene.label_names else frozenset()
        cloud.selection = before.selection
        scene.label_names, scene.shades = names, None
        gliding = self._animated and self.isVisible() and 0 < len(cloud) <= _MOST_GLIDING and cloud.gliding_from(before)
        scene.cloud = cloud
        self._glide.stop()
        self._points_changed()
        target = scene.camera.fitted(cloud.edge()) if self._fitting and len(cloud) else scene.camera
        self._views = (scene.camera, target) if gliding else None
        if gliding:
            self._glide.start()
        elif target != scene.camera:
            self._look(target)
        scene.dots.forget()
        self.labels_changed.emit()
        self.update()

    def set_shades(self, steps: npt.NDArray[np.uint8] | None, colours: npt.NDArray[np.uint8] | None = None) -> None:
        """Colour the points, as last given, by steps [N] of a table [C, 3]; None for the colours of their labels."""
        self._scene.shades = None if steps is None else colours
        self._scene.cloud.colour_by(steps)
        self._scene.dots.forget()
        self.update()

    def set_marker(self, place: Place | None) -> None:
        """Show or hide the marker of the current point."""
        before = self._scene.marker
        self._scene.marker = None if place is None else (float(place[0]), float(place[1]))
        self._update_around(before, self._scene.marker)

    def marker(self) -> Place | None:
        """Return where the marker is."""
        return self._scene.marker

    def set_path(self, curve: npt.ArrayLike | None, stops: npt.ArrayLike | None) -> None:
        """Show the morph's curve [M, 2] and stops [S, 2]; None for nothing."""
        scene = self._scene
        scene.curve = no_places() if curve is None else np.array(curve, np.float32).reshape(-1, 2)
        scene.stops = no_places() if stops is None else np.array(stops, np.float32).reshape(-1, 2)
        self.update()

    def set_path_marker(self, place: Place | None) -> None:
        """Show or hide where the playing morph is."""
        before = self._scene.path_marker
        self._scene.path_marker = None if place is None else (float(place[0]), float(place[1]))
        self._update_around(before, self._scene.path_marker)

    def set_land(self, land: LandLayer | None) -> None:
        """Paint a land under the points; `update` when there is more of it."""
        self._scene.land = land
        self.update()

    def camera(self) -> Camera:
        """Return the view of the plane."""
        return self._scene.camera

    def set_note(self, note: str) -> None:
        """Show a small caption at the upper edge; an empty one hides it."""
        self._scene.note = note
        self.update()

    def set_empty(self, text: str) -> None:
        """Set the sentence that is shown while there is nothing else."""
        self._scene.empty = text
        self.update()

    def set_prior_visible(self, visible: bool) -> None:
        """Show or hide the outlines of the prior."""
        self._scene.prior_visible = visible
        self.update()

    def set_prior_lines(self, lines: list[npt.NDArray[np.float32]] | None) -> None:
        """Take the outlines of a prior that is not a standard normal, as places on the map; None for that one."""
        self._scene.prior_lines = lines
        self.update()

    def set_axis_names(self, across: str, up: str) -> None:
        """Name the two directions; empty for none."""
        self._scene.axis_names = (across, up)
        self.update()

    def set_label_visible(self, label: int, visible: bool) -> None:
        """Show or hide the points of one label."""
        self._hide_labels(self.hidden_labels() - {label} if visible else self.hidden_labels() | {label})

    def toggle_label(self, label: int) -> None:
        """Hide the points of a label, or show them again."""
        self.set_label_visible(label, label in self.hidden_labels())

    def solo_label(self, label: int) -> None:
        """Show the points of one label alone; when they are alone already, show all."""
        others = frozenset(range(len(self._scene.label_names))) - {label}
        self._hide_labels(frozenset() if others <= self.hidden_labels() else others)

    def hidden_labels(self) -> frozenset[int]:
        """Return the labels that are switched off."""
        return self._scene.cloud.hidden

    def label_names(self) -> tuple[str, ...]:
        """Return the names of the labels; none when the points have no labels."""
        return self._scene.label_names

    def label_colours(self) -> npt.NDArray[np.uint8]:
        """Return the colours of the labels, uint8 [L, 3]."""
        colours = self._scene.colours
        return np.zeros((0, 3), np.uint8) if colours is None else colours

    def _hide_labels(self, hidden: frozenset[int]) -> None:
        self._scene.cloud.hidden = hidden
        self._scene.dots.forget()
        self._points_changed()
        self.labels_changed.emit()
        self.update()

    def is_complete(self) -> bool:
        """Tell whether all points are painted where they belong now; a moving view of millions leaves some out."""
        return self._scene.dots.complete and self._scene.cloud.progress >= 1

    def set_animated(self, animated: bool) -> None:
        """Let points glide to new places, or jump."""
        self._animated = animated

    # Where things are

    def view_rect(self) -> Rect:
        """Return what is seen: x0, y0, x1, y1 with x0 < x1 and y0 < y1."""
        return self._scene.camera.rect()

    def map_to_widget(self, x: float, y: float) -> QPoint:
        """Return the pixel nearest to a place."""
        return QPointF(*self._scene.camera.to_widget(x, y)).toPoint()

    def widget_to_map(self, left: float, top: float) -> Place:
        """Return the place under a pixel."""
        return self._scene.camera.to_map(left, top)

    def fit(self) -> None:
        """See all points, and follow them again."""
        self._fitting = True
        self._views = None
        self._look(self._scene.camera.fitted(self._scene.cloud.edge()))

    def sizeHint(self) -> QSize:
        return QSize(720, 560)

    def paintEvent(self, event: QPaintEvent) -> None:
        start = time.perf_counter()
        painter = QPainter(self)
        self._scene.paint(painter, QRectF(self.rect()), self.palette())
        painter.end()
        end = time.perf_counter()
        self._glide_due = max(self._glide_due, end + _GLIDE_REST * (end - start))
        if self._scene.dots.partial:
            self._settle.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        camera = self._scene.camera.resized(self.width(), self.height())
        self._views = None
        self._look(camera.fitted(self._scene.cloud.edge()) if self._fitting else camera)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._scene.dots.forget()
            self.update()
        super().changeEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._glide.stop()
        self._settle.stop()
        self._scene.cloud.progress = 1.0
        self._scene.dots.forget()
        self._points_changed()
        super().hideEvent(event)

    def update(self, *area: QRect) -> None:  # type: ignore[override]
        """Paint anew: all that is shown, or what moves within an area."""
        if not area:
            self._scene.changed()
        super().update(*area)

    def _update_around(self, before: Place | None, after: Place | None) -> None:
        """Paint what a marker leaves and where it comes, nothing else: it moves sixty times a second under the hand."""
        if before == after:
            return
        for place in (before, after):
            if place is not None and self._scene.camera.sees(place, REACH):
                left, top = self._scene.camera.to_widget(*place)
                super().update(round(left) - REACH, round(top) - REACH, 2 * REACH, 2 * REACH)

    def _points_changed(self) -> None:
        """Forget what was said about single points, which may have moved or gone."""

    def _look(self, camera: Camera) -> None:
        if camera == self._scene.camera:
            return
        self._scene.camera = camera
        self._scene.dots.forget(moving=True)
        self.update()
        self.view_changed.emit()

    def _on_glided(self, progress: float) -> None:
        if progress >= 1 or time.perf_counter() >= self._glide_due:
            self.glide_to(progress)

    def glide_to(self, progress: float) -> None:
        """Show the points, and the view that follows them, a share of the way to where they go."""
        self._scene.cloud.progress = progress
        if self._views is not None:
            before, after = self._views
            self._look(before.towards(after, progress * progress * (3 - 2 * progress)))
        self._scene.dots.forget()
        self.update()

    def _on_settled(self) -> None:
        self._scene.dots.forget()
        self.update()
