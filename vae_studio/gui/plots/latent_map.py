"""The map: every picture a point that can be hovered, a plane that can be clicked, zoomed and walked on."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from vae_studio.gui.plots.hover_card import HoverCard
from vae_studio.gui.plots.hover_mark import HoverMark
from vae_studio.gui.plots.selecting_map import REACH, SelectingMap, Tool
from vae_studio.gui.plots.thumb_layer import Thumbnail
from vae_studio.gui.widgets.images import to_qimage

_STEP = 12.0  # pixels the arrow keys move the marker
_TOOLS: dict[Qt.Key, Tool] = {Qt.Key.Key_L: "lasso", Qt.Key.Key_B: "box"}
_ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


class LatentMap(SelectingMap):
    """A map that is picked from, walked on with the arrow keys, zoomed, dragged, and hovered."""

    point_picked = Signal(float, float)
    stop_added = Signal(float, float)
    picture_hovered = Signal(int)  # the picture's number, or -1 when none is

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("latentMap")
        self.setAccessibleName("Latent map")
        self.setAccessibleDescription(
            "Every picture is a point. Click or press the arrow keys to decode a place, shift-click to add a stop to "
            "the morph, turn the wheel to zoom, drag with the middle or right button to pan, press Home to see all. "
            "Press L or B and draw around points to select them, with shift to add, with control to remove; press "
            "Escape to go back."
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._thumbnail: Thumbnail | None = None
        self._hover_on = True
        self._hovered = -1
        self._pan_from: QPointF | None = None
        self._picking = False
        self._space_held = False

    def set_thumbnail(self, thumbnail: Thumbnail | None) -> None:
        """Give the function that returns a picture by its number, uint8 [H, W, C]; again when there are others."""
        self._thumbnail = thumbnail
        self._scene.thumbs.set_thumbnail(thumbnail)
        self._unhover()
        self.update()

    def set_thumbs_visible(self, visible: bool) -> None:
        """Show real pictures on the points where there is room, or the points alone."""
        self._scene.thumbs.enabled = visible
        self.update()

    def set_hover_enabled(self, enabled: bool) -> None:
        """Switch the hover card on or off."""
        self._hover_on = enabled
        self._unhover()

    def mark_hovered(self, number: int, covariance: npt.ArrayLike | None, neighbours: npt.ArrayLike) -> None:
        """Show the posterior [2, 2] of the picture under the cursor, and lines to others by their numbers [K]."""
        if number != self._hovered or number < 0:
            return
        cloud = self._scene.cloud
        rows = np.flatnonzero(np.isin(cloud.indices, np.asarray(neighbours, np.int64)))
        places = np.column_stack([seen[rows] for seen in cloud.seen()])
        spread = None if covariance is None else np.asarray(covariance, np.float64)
        self._scene.hover_mark = HoverMark(spread, places[np.isfinite(places).all(axis=1)])
        self.update(self.rect())

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() or event.angleDelta().x()
        self._fitting, self._views = False, None
        place = event.position()
        self._look(self._scene.camera.zoomed(1.0015**turned, place.x(), place.y()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if event.button() in (Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton) or self._space_held:
            self._pan_from = place
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._unhover()
        elif event.button() == Qt.MouseButton.LeftButton:
            if self._tool != "point":
                self._unhover()
                self._begin_outline(place, event.modifiers())
            elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.stop_added.emit(*self.widget_to_map(place.x(), place.y()))
            else:
                self._picking = True
                self._unhover()
                self._pick(place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._pan_from is not None:
            moved, self._pan_from = place - self._pan_from, place
            self._fitting, self._views = False, None
            self._look(self._scene.camera.panned(moved.x(), moved.y()))
        elif self.drawing():
            self._draw_outline(place)
        elif self._picking:
            self._pick(place)
        else:
            self._hover(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.drawing() and self._pan_from is None:
            self._end_outline()
        self._pan_from, self._picking = None, False
        self.setCursor(Qt.CursorShape.OpenHandCursor if self._space_held else Qt.CursorShape.CrossCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._tool == "point":
            self.fit()
        else:
            self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._unhover()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Home:
            self.fit()
        elif key == Qt.Key.Key_Space:
            self._space_held = True
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        elif key in _TOOLS and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.set_tool(_TOOLS[key])
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all()
        elif key == Qt.Key.Key_Escape and self._step_back():
            self._unhover()
        elif key in _ARROWS:
            self._step(*_ARROWS[key], far=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space_held = False
            self.setCursor(Qt.CursorShape.CrossCursor)
        super().keyReleaseEvent(event)

    def _points_changed(self) -> None:
        self._unhover()

    def _pick(self, place: QPointF) -> None:
        x, y = self.widget_to_map(place.x(), place.y())
        self.set_marker((x, y))
        self.point_picked.emit(x, y)

    def _step(self, right: int, down: int, far: bool) -> None:
        x, y = self._scene.marker or (self._scene.camera.x, self._scene.camera.y)
        left, top = self._scene.camera.to_widget(x, y)
        step = _STEP * (5 if far else 1)
        self._pick(QPointF(left + right * step, top + down * step))

    def _hover(self, place: QPointF) -> None:
        scene = self._scene
        x, y = self.widget_to_map(place.x(), place.y())
        row = scene.cloud.nearest(x, y, REACH / scene.camera.scale) if self._hover_on else None
        if row is None:
            self._unhover()
            return
        index = int(scene.cloud.indices[row])
        card = scene.hovered[1] if scene.hovered is not None and index == self._hovered else self._card(row, index)
        across, up = scene.cloud.seen()
        scene.hovered = ((float(across[row]), float(up[row])), card, place)
        self.update(self.rect())
        if index != self._hovered:
            self._hovered, scene.hover_mark = index, None
            self.picture_hovered.emit(index)

    def _card(self, row: int, index: int) -> HoverCard:
        cloud, names = self._scene.cloud, self._scene.label_names
        label = "" if cloud.labels is None or cloud.labels[row] < 0 else names[int(cloud.labels[row])]
        picture = self._thumbnail(index) if self._thumbnail is not None else None
        return HoverCard(None if picture is None else to_qimage(picture), label, f"#{index}")

    def _unhover(self) -> None:
        if self._scene.hovered is not None:
            self._scene.hovered = self._scene.hover_mark = None
            self.update(self.rect())
        if self._hovered != -1:
            self._hovered = -1
            self.picture_hovered.emit(-1)
