"""Where the loss is drawn: axes that follow the curves, and what is painted over them."""

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent

from vae_studio.gui.plots.loss_curves import Floats, Span, robust_range, settled
from vae_studio.gui.plots.map_overlays import paint_note
from vae_studio.gui.widgets.empty_text import paint_empty

_MARGIN = 0.02  # of the epochs, free on both sides


class LossCanvas(pg.PlotWidget):
    """A plot that follows its curves, or paints a sentence while it has none, and says where the cursor is."""

    left = Signal()  # the cursor is elsewhere

    def __init__(self) -> None:
        super().__init__(background=None)
        self.empty = self.readout = ""
        self._following = True  # until the user zooms
        self._spans: tuple[Span, Span | None] | None = None  # of both axes, while they follow
        self.getViewBox().sigRangeChangedManually.connect(self._on_range_changed_manually)

    def fit(self) -> None:
        """Follow the curves again, and fit the next ones closely."""
        self._following = True
        self.unsettle()

    def unsettle(self) -> None:
        """Fit the next curves closely, if curves are followed: they are not the last ones, grown."""
        self._spans = None

    def follow(self, curves: Sequence[tuple[Floats, Floats]], log: bool) -> None:
        """Have the axes hold curves (x [M], y [M]), unless the user has zoomed; `log` tells how they go up."""
        if not (self._following and curves):
            self.unsettle()
            return
        was_across, was_up = self._spans or (None, None)
        left, right = min(float(x.min()) for x, _ in curves), max(float(x.max()) for x, _ in curves)
        right = max(right, left + 1)  # at least one epoch, so that the start is calm
        across, up = (left, right), robust_range([y for _, y in curves], log)
        across = settled(was_across, across) if was_across else across
        up = settled(was_up, up) if was_up and up else up
        self._spans = across, up
        self.getViewBox().setXRange(*across, padding=_MARGIN)
        if up is not None:
            self.getViewBox().setYRange(*up, padding=0)

    def say(self, empty: str | None = None, readout: str | None = None) -> None:
        """Change what is painted over the plot; its items tell of their changes themselves, a little later."""
        said = self.empty if empty is None else empty, self.readout if readout is None else readout
        if said != (self.empty, self.readout):
            self.empty, self.readout = said
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.left.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.empty or self.readout:
            painter = QPainter(self.viewport())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            frame = QRectF(self.viewport().rect())
            if self.empty:
                paint_empty(painter, frame, self.palette(), self.empty)
            else:
                paint_note(painter, frame, self.palette(), self.readout)
            painter.end()

    def _on_range_changed_manually(self, *_unused: object) -> None:
        self._following = False
