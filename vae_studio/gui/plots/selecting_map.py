"""The map on which points are selected: with a lasso, a box, or one by one."""

from typing import Literal

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtWidgets import QWidget

from vae_studio.gui.plots.map_view import MapView
from vae_studio.gui.plots.outline import Mode, Outline, combined

Tool = Literal["point", "lasso", "box"]
REACH = 16.0  # pixels from the cursor within which a point is meant


class SelectingMap(MapView):
    """Keeps which pictures are selected, by number, however their points move."""

    selected = Signal(object)  # int64 numbers of pictures, ascending; all that are selected now
    tool_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tool: Tool = "point"

    def tool(self) -> Tool:
        """Return what the left button does."""
        return self._tool

    def set_tool(self, tool: Tool) -> None:
        """Let the left button decode places ("point"), or draw a "lasso" or a "box" around points."""
        if tool == self._tool:
            return
        self._tool = tool
        self._drop_outline()
        self.tool_changed.emit(tool)

    def selection(self) -> npt.NDArray[np.int64]:
        """Return the numbers of the selected pictures, ascending."""
        return self._scene.cloud.selection

    def set_selection(self, numbers: npt.ArrayLike) -> None:
        """Show these pictures as selected, without saying so; an empty list for none."""
        chosen = np.unique(np.asarray(numbers, np.int64).ravel())
        self._mark(chosen[chosen >= 0])

    def select_all(self) -> None:
        """Select all points that are shown."""
        self._select(np.arange(len(self._scene.cloud)), "new")

    def select_none(self) -> None:
        """Let go of the selection, if there is one."""
        if len(self.selection()):
            self._select(np.zeros(0, np.int64), "new")

    def drawing(self) -> bool:
        """Tell whether an outline is being drawn."""
        return self._scene.outline is not None

    def _begin_outline(self, place: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        mode: Mode = "new"
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            mode = "add"
        elif modifiers & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier):
            mode = "remove"
        self._scene.outline = Outline("box" if self._tool == "box" else "lasso", mode)
        self._draw_outline(place)

    def _draw_outline(self, place: QPointF) -> None:
        outline = self._scene.outline
        if outline is not None:
            outline.extend(self.widget_to_map(place.x(), place.y()), self._scene.camera)
            self.update(self.rect())

    def _end_outline(self) -> None:
        """Select what lies inside; of a mere click, the point that was clicked."""
        outline, cloud, camera = self._scene.outline, self._scene.cloud, self._scene.camera
        self._drop_outline()
        if outline is None:
            return
        if outline.is_click(camera):
            row = cloud.nearest(*outline.corners[0], REACH / camera.scale)
            rows = np.zeros(0, np.int64) if row is None else np.array([row])
        else:
            rows = outline.rows(np.column_stack(cloud.seen()))
        self._select(rows, outline.mode)

    def _drop_outline(self) -> None:
        if self._scene.outline is not None:
            self._scene.outline = None
            self.update(self.rect())

    def _select(self, rows: npt.NDArray[np.int64], mode: Mode) -> None:
        cloud = self._scene.cloud
        shown = cloud.visible()
        drawn = cloud.indices[rows if shown is None else rows[shown[rows]]]
        self._mark(combined(cloud.selection, drawn, mode))
        self.selected.emit(self.selection().copy())

    def _mark(self, numbers: npt.NDArray[np.int64]) -> None:
        self._scene.cloud.selection = numbers
        self._scene.dots.forget()
        self.update()

    def _step_back(self) -> bool:
        """Undo the last of: the outline under way, the tool, the selection; False when there is none of them."""
        if self.drawing():
            self._drop_outline()
        elif self._tool != "point":
            self.set_tool("point")
        elif len(self.selection()):
            self.select_none()
        else:
            return False
        return True
