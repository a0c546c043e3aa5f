"""The loss plot: negative ELBO, reconstruction and KL over the epochs, in training and held out, live."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vae_studio.errors import StudioError
from vae_studio.files import write_bytes
from vae_studio.gui.plots.loss_bar import LossBar
from vae_studio.gui.plots.loss_canvas import LossCanvas
from vae_studio.gui.plots.loss_curves import (
    SPLIT_TITLES,
    SPLITS,
    TERMS,
    TITLES,
    CurveKey,
    Curves,
    as_csv,
    newest,
    tidy,
    value_at,
)
from vae_studio.gui.widgets.elided_label import ElidedLabel
from vae_studio.gui.widgets.empty_text import faded, is_dark
from vae_studio.gui.widgets.file_dialog import ask_where_to_save
from vae_studio.gui.widgets.images import png_bytes

_LIGHT = {"total": "#3d5a98", "reconstruction": "#b3591f", "kl": "#2c8a63"}
_DARK = {"total": "#8fb0f0", "reconstruction": "#f0a46c", "kl": "#6fd0a4"}
_NOTHING = np.zeros(0)


class LossPlot(QWidget):
    """Live curves with switches per term, a logarithmic scale, a crosshair, and saving as picture or table."""

    failed = Signal(str)  # a finished sentence: saving did not work

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lossPlot")
        self.setAccessibleName("Loss")
        self.setAccessibleDescription("Curves of the loss in nats per image over the epochs.")
        self._curves: Curves = {}
        self._terms: tuple[str, ...] = TERMS
        self._empty_text = "The loss will be drawn here as soon as training starts."
        self._canvas = LossCanvas()
        self._items = {(split, term): self._make_item(split) for split in SPLITS for term in TERMS}
        self._hair = pg.InfiniteLine(angle=90, movable=False)
        self._bar = LossBar({term: TITLES[term] for term in TERMS})
        self._switches = self._bar.switches
        self._readout = ElidedLabel()
        self._lay_out()
        self._connect()
        self._paint_theme()
        self._refresh()

    def set_curves(self, curves: Mapping[CurveKey, tuple[npt.ArrayLike, npt.ArrayLike]]) -> None:
        """Show curves {(split, term): (x [M], y [M])}; x in epochs, y in nats per image; what is left out is emptied.

        split is "train", "held_out" or "epoch", whose values are the training's means over whole epochs and are only
        told; term is "total", "reconstruction" or "kl"; ValueError for anything else.
        """
        self._curves = tidy(curves)
        for key, item in self._items.items():
            if key in self._curves:
                item.setData(*self._curves[key], connect="finite")
            else:
                item.setData([], [])
        self._read_out(self._hair.value() if self._hair.isVisible() else None)
        self._refresh()

    def curves(self) -> Curves:
        """Return the curves shown."""
        return dict(self._curves)

    def set_terms(self, terms: Sequence[str]) -> None:
        """Show only the terms that mean something of a run: without a KL the reconstruction is the total."""
        self._terms = tuple(term for term in TERMS if term in terms)
        for term, switch in self._switches.items():
            switch.setVisible(term in self._terms)
        self._canvas.unsettle()
        self._read_out(self._hair.value() if self._hair.isVisible() else None)
        self._refresh()

    def set_empty(self, text: str) -> None:
        """Set the sentence shown while there are no curves."""
        self._empty_text = text
        self._refresh()

    def set_term_visible(self, term: str, visible: bool) -> None:
        """Show or hide one term's curves."""
        self._switches[term].setChecked(visible)

    def set_log(self, log: bool) -> None:
        """Switch the logarithmic scale on or off."""
        self._bar.log.setChecked(log)

    def fit(self) -> None:
        """Show everything, and follow the curves again."""
        self._canvas.fit()
        self._refresh()

    def save_png(self, path: Path | str) -> None:
        """Write the plot as a PNG at twice its size on the screen; raises ExportError."""
        write_bytes(Path(path), png_bytes(self._drawn(ratio=2.0)))

    def save_csv(self, path: Path | str) -> None:
        """Write the curves as a table; raises ExportError."""
        write_bytes(Path(path), as_csv(self._curves).encode())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_theme()
        super().changeEvent(event)

    def _make_item(self, split: str) -> pg.PlotDataItem:
        item = pg.PlotDataItem(antialias=True, symbol="o" if split == "held_out" else None, symbolSize=5)
        item.setDownsampling(auto=True, method="peak")
        item.setClipToView(True)
        return item

    def _lay_out(self) -> None:
        plot = self._canvas.getPlotItem()
        plot.hideButtons()
        plot.setMenuEnabled(False)
        plot.setLabel("bottom", "epoch")
        plot.setLabel("left", "nats per image")
        for name in ("bottom", "left"):
            plot.getAxis(name).enableAutoSIPrefix(False)
        plot.showGrid(x=True, y=True, alpha=0.12)
        for item in self._items.values():
            plot.addItem(item)
        plot.addItem(self._hair, ignoreBounds=True)
        self._hair.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        self._readout.setProperty("role", "caption")
        self._readout.setContentsMargins(8, 0, 8, 2)
        column.addWidget(self._readout)
        column.addWidget(self._canvas, 1)

    def _connect(self) -> None:
        for switch in self._switches.values():
            switch.toggled.connect(self._on_term_toggled)
        self._bar.log.toggled.connect(self._on_log_toggled)
        self._bar.reset.clicked.connect(self.fit)
        self._bar.png.clicked.connect(self._on_png_clicked)
        self._bar.csv.clicked.connect(self._on_csv_clicked)
        self._canvas.scene().sigMouseMoved.connect(self._on_mouse_moved)
        self._canvas.left.connect(self._on_mouse_left)

    def _refresh(self) -> None:
        """Bring visibility, empty text and, while following, the range up to date."""
        shown = []
        for (split, term), item in self._items.items():
            visible = term in self._terms and self._switches[term].isChecked()
            item.setVisible(visible)
            if visible and (split, term) in self._curves:
                shown.append(self._curves[split, term])
        shown = [(x, y) for x, y in shown if len(x)]
        self._canvas.say(empty="" if shown else self._empty_text)
        self._canvas.getPlotItem().setOpacity(1.0 if shown else 0.0)  # hidden, it would miss its layout
        self._canvas.follow(shown, self._bar.log.isChecked())
        self._canvas.scene().prepareForPaint()  # now: moved only while it is painted, curves are painted once more

    def _paint_theme(self) -> None:
        palette = self.palette()
        colours = _DARK if is_dark(palette) else _LIGHT
        text = palette.color(QPalette.ColorRole.Text)
        self._canvas.setBackground(palette.color(QPalette.ColorRole.Base))
        for name in ("bottom", "left"):
            axis = self._canvas.getAxis(name)
            axis.setPen(pg.mkPen(faded(text, 0.3)))
            axis.setTextPen(faded(text, 0.75))
        self._hair.setPen(pg.mkPen(faded(text, 0.4), width=1, style=Qt.PenStyle.DotLine))
        for (split, term), item in self._items.items():
            colour = QColor(colours[term])
            if split == "train":
                item.setPen(pg.mkPen(faded(colour, 0.7), width=1.3))
            else:
                item.setPen(pg.mkPen(colour, width=2, style=Qt.PenStyle.DashLine))
                item.setSymbolBrush(colour)
                item.setSymbolPen(None)
        for term, switch in self._switches.items():
            switch.setStyleSheet(f"QCheckBox {{ color: {colours[term]}; font-weight: 600; }}")

    def _drawn(self, ratio: float) -> QImage:
        image = QImage(self._canvas.size() * ratio, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(self.palette().color(QPalette.ColorRole.Base))
        self._hair.hide()
        painter = QPainter(image)
        self._canvas.render(painter)
        painter.end()
        return image

    def _on_term_toggled(self) -> None:
        self._canvas.unsettle()
        self._refresh()

    def _on_log_toggled(self, log: bool) -> None:
        self._canvas.getPlotItem().setLogMode(x=False, y=log)
        self.fit()

    def _on_mouse_moved(self, place: QPointF) -> None:
        box = self._canvas.getViewBox()
        inside = bool(self._curves) and box.sceneBoundingRect().contains(place)
        self._hair.setVisible(inside)
        if not inside:
            self._read_out(None)
            return
        x = box.mapSceneToView(place).x()
        self._hair.setPos(x)
        self._read_out(x)

    def _on_mouse_left(self) -> None:
        """Show the newest values again: what lay under the cursor must not be taken for them."""
        self._hair.hide()
        self._read_out(None)

    def _read_out(self, x: float | None) -> None:
        """Write the values at a place, or those of the last whole epoch, beside the names of the terms."""
        self._canvas.say(readout="" if x is None else f"epoch {x:.2f}")
        self._readout.setText(" · ".join(self._equation(split, x) for split in SPLITS) if self._curves else "")

    def _equation(self, split: str, x: float | None) -> str:
        """Return one part's values as total = reconstruction + KL, or the one that there is."""
        values = []
        for term in self._terms:
            across, up = self._curves.get((split, term), (_NOTHING, _NOTHING))
            value = newest(self._curves, split, term) if x is None else value_at(across, up, x)
            values.append("–" if value is None else f"{value:.1f}" if abs(value) >= 100 else f"{value:.2f}")
        whole, *parts = values
        return f"{SPLIT_TITLES[split]} {whole}" + (f" = {' + '.join(parts)}" if parts else "")

    def _on_png_clicked(self) -> None:
        self._save(ask_where_to_save(self, "Save the plot", "loss.png", "PNG picture (*.png)"), self.save_png)

    def _on_csv_clicked(self) -> None:
        self._save(ask_where_to_save(self, "Save the numbers", "loss.csv", "Table (*.csv)"), self.save_csv)

    def _save(self, file: Path | None, save: Callable[[str], None]) -> None:
        if file is None:
            return
        try:
            save(str(file))
        except StudioError as error:
            self.failed.emit(str(error))
