"""The docks around the map: where each panel lies, and that this is remembered."""

from collections.abc import Mapping

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

_LAYOUT_VERSION = 3  # raise it when docks come or go, so that a saved layout of before is not applied
_LEFT, _RIGHT, _BOTTOM = (Qt.DockWidgetArea[f"{side}DockWidgetArea"] for side in ("Left", "Right", "Bottom"))
_SIDES = {"Recipe": _LEFT, "Inspector": _RIGHT}  # all others lie below the map


class Docks:
    """A dock for each panel, by its title; Loss stands alone below the map, the others are tabs beside it."""

    def __init__(self, window: QMainWindow, panels: Mapping[str, QWidget]) -> None:
        self._window = window
        self._docks = {title: self._made(title, panel) for title, panel in panels.items()}
        self._arrange()

    def __getitem__(self, title: str) -> QDockWidget:
        return self._docks[title]

    def settle(self) -> None:
        """Give the docks the sizes that they begin with; the window has its own already."""
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        self._window.resizeDocks([self["Recipe"], self["Inspector"]], [300, 280], across)
        self._window.resizeDocks([self["Loss"]], [236], down)
        self._window.resizeDocks([self["Loss"], self["Morph"]], [440, 840], across)

    def save(self, settings: QSettings) -> None:
        """Write down where everything lies."""
        settings.setValue("geometry", self._window.saveGeometry())
        settings.setValue("layout", self._window.saveState(_LAYOUT_VERSION))

    def restore(self, settings: QSettings) -> None:
        """Put everything where it lay at the last start, if that is known."""
        geometry, layout = settings.value("geometry"), settings.value("layout")
        if isinstance(geometry, QByteArray):
            self._window.restoreGeometry(geometry)
        if isinstance(layout, QByteArray):
            self._window.restoreState(layout, _LAYOUT_VERSION)

    def _made(self, title: str, panel: QWidget) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(f"{title.lower()}Dock")
        dock.setWidget(panel)
        self._window.addDockWidget(_SIDES.get(title, _BOTTOM), dock)
        return dock

    def _arrange(self) -> None:
        window = self._window
        window.splitDockWidget(self["Loss"], self["Morph"], Qt.Orientation.Horizontal)
        for title in self._docks:
            if title not in (*_SIDES, "Loss", "Morph"):
                window.tabifyDockWidget(self["Morph"], self[title])
        self["Reconstructions"].raise_()
        for corner in (Qt.Corner.BottomLeftCorner, Qt.Corner.BottomRightCorner):
            window.setCorner(corner, _BOTTOM)
