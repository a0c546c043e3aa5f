"""Lines laid over each other, one hue for each setting."""

from collections.abc import Sequence
from html import escape

import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from vae_studio.export.comparison.chart import HUES, Series
from vae_studio.export.comparison.style import DARK, LIGHT
from vae_studio.gui.plots.loss_curves import robust_range
from vae_studio.gui.widgets.empty_text import faded

_DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)


class SeriesPlot(QWidget):
    """Shows series with named axes; wheel and drag zoom, a double click shows everything again."""

    def __init__(self, across: str, up: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = {"bottom": across, "left": up}
        self._series: list[Series] = []
        self._names_of_hues: list[str] = []
        self._items: list[pg.GraphicsObject] = []
        self._plot = pg.PlotWidget()
        for side in self._names:
            self._plot.getAxis(side).enableAutoSIPrefix(False)  # once: switched off later, it still scales
        self._plot.hideButtons()
        self._plot.setMenuEnabled(False)
        self._legend = QLabel()
        self._legend.setWordWrap(True)
        self._legend.setContentsMargins(10, 6, 10, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._legend)
        column.addWidget(self._plot, 1)
        self.setMinimumSize(200, 120)
        self._paint_theme()

    def set_series(self, series: Sequence[Series]) -> None:
        """Show series in place of those before."""
        self._series = list(series)
        for item in self._items:
            self._plot.removeItem(item)
        self._items = [item for one in self._series for item in self._items_of(one)]
        for item in self._items:
            self._plot.addItem(item)
        for side in self._names:
            self._plot.getPlotItem().showAxis(side, bool(self._items))
        self.fit()

    def set_names(self, names: Sequence[str]) -> None:
        """Say what each hue stands for; without names say that nothing is there yet."""
        self._names_of_hues = list(names)
        marks = [
            f'<span style="color:{hue(self.palette(), number).name()}">■</span>&nbsp;{escape(name)}'
            for number, name in enumerate(self._names_of_hues)
        ]
        self._legend.setText(" &nbsp; ".join(marks) or "What the runs come to is drawn here, one after another.")

    def series(self) -> list[Series]:
        """Return what is shown."""
        return list(self._series)

    def fit(self) -> None:
        """Show everything but the steep start."""
        xs = [one.x for one in self._series if len(one.x)]
        span = robust_range([one.y for one in self._series if len(one.y)], log=False)
        if xs and span is not None:
            box = self._plot.getViewBox()
            box.setXRange(min(float(x.min()) for x in xs), max(float(x.max()) for x in xs), padding=0.04)
            box.setYRange(*span, padding=0)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_theme()
            self.set_series(self._series)
            self.set_names(self._names_of_hues)
        super().changeEvent(event)

    def _items_of(self, series: Series) -> list[pg.GraphicsObject]:
        colour = hue(self.palette(), series.style)
        dash = _DASHES[series.style // HUES % len(_DASHES)]
        pen = pg.mkPen(faded(colour, 0.45) if series.faint else colour, width=1 if series.faint else 2.2, style=dash)
        symbol = {"symbol": "o", "symbolBrush": colour, "symbolPen": None} if series.labels else {}
        items: list[pg.GraphicsObject] = [pg.PlotDataItem(series.x, series.y, pen=pen, connect="finite", **symbol)]
        if series.labels and series.error is not None:
            items.append(pg.ErrorBarItem(x=series.x, y=series.y, height=2 * series.error, pen=pen))
        for x, y, label in zip(series.x, series.y, series.labels, strict=False):
            text = pg.TextItem(label, color=self.palette().color(QPalette.ColorRole.Text), anchor=(0.5, 1.3))
            text.setPos(float(x), float(y))
            items.append(text)
        return items

    def _paint_theme(self) -> None:
        palette = self.palette()
        text = palette.color(QPalette.ColorRole.Text)
        self._plot.setBackground(palette.color(QPalette.ColorRole.Base))
        for side, name in self._names.items():
            axis = self._plot.getAxis(side)
            axis.setPen(pg.mkPen(faded(text, 0.3)))
            axis.setTextPen(faded(text, 0.75))
            axis.setLabel(name)


def hue(palette: QPalette, style: int) -> QColor:
    """Return the colour of the n-th setting on a palette's ground."""
    dark = palette.color(QPalette.ColorRole.Base).lightnessF() < 0.5
    return QColor((DARK if dark else LIGHT)[style % HUES])
