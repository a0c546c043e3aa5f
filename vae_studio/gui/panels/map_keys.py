"""The column beside the map that says what the colours mean: labels, numbers, and the land under the points."""

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vae_studio.gui.plots.colour_bar import ColourBar
from vae_studio.gui.plots.column import Column
from vae_studio.gui.plots.land_kind import LandKind
from vae_studio.gui.plots.map_legend import MapLegend

Ends = tuple[float, float] | None


class MapKeys(QWidget):
    """A legend or a colour bar for the points, and a second bar when the land has colours that mean something."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self.setMinimumWidth(ColourBar.WIDTH)  # so that the map keeps its size when names give way to numbers
        self.legend = MapLegend()
        self._points = ColourBar()
        self._points.setObjectName("columnBar")
        self._land = ColourBar()
        self._land.setObjectName("landBar")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.legend, self._points, self._land):
            column.addWidget(widget, 1)
            widget.hide()

    def show_legend(self, visible: bool) -> None:
        """Show the labels' names, or not."""
        self.legend.setVisible(visible)
        self._settle()

    def show_column(self, column: Column, ends: Ends, table: str) -> None:
        """Show what the points' colours mean; no ends for nothing."""
        if ends is not None:
            self._points.show_scale(column.bar, table, *ends, column.written)
        self._points.setVisible(ends is not None)
        self._settle()

    def show_land(self, kind: LandKind, ends: Ends) -> None:
        """Show what the land's colours mean; no ends for nothing."""
        if ends is not None:
            self._land.show_scale(kind.bar, kind.table, *ends, kind.written)
        self._land.setVisible(ends is not None)
        self._settle()

    def _settle(self) -> None:
        """Take no room when there is nothing to say."""
        self.setVisible(not all(widget.isHidden() for widget in (self.legend, self._points, self._land)))
