"""What is known of an experiment: figures, curves, rate and distortion, maps and reconstructions."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QGridLayout,
    QHeaderView,
    QLabel,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from vae_studio.export.comparison.chart import Series
from vae_studio.export.comparison.comparison import Comparison, Exhibit, Figure
from vae_studio.export.comparison.outcome import COLUMNS
from vae_studio.export.comparison.series import held_out_series, rate_distortion_series, rate_lines
from vae_studio.export.sheet import sheet
from vae_studio.gui.layouts import add_layout
from vae_studio.gui.plots.series_plot import SeriesPlot, hue
from vae_studio.gui.widgets.picture_view import PictureView

_COLUMNS = 2  # of cards
_MAP, _PAIRS = 300, 84  # pixels


class ComparisonView(QTabWidget):
    """Tabs over one comparison; a curve of the run in hand is laid over the others."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("comparisonView")
        self.table = QTableWidget()
        self.table.setObjectName("figuresTable")
        self.table.setAccessibleName("Figures of each setting")
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.verticalHeader().hide()
        self.curves = SeriesPlot("epochs", "held out, nats per image")
        self.rate = SeriesPlot("rate: KL, nats per image", "distortion: reconstruction, nats")
        self._cards = QScrollArea()
        self._cards.setWidgetResizable(True)
        self._cards.setFrameShape(QFrame.Shape.NoFrame)
        self._finished: list[Series] = []
        self.addTab(self.curves, "Curves")
        self.addTab(self.table, "Figures")
        self.addTab(self._cards, "Maps and reconstructions")
        self.addTab(self.rate, "Rate and distortion")
        self.clear_comparison()

    def clear_comparison(self) -> None:
        """Show nothing."""
        self.set_comparison(Comparison("", ()))

    def set_comparison(self, comparison: Comparison) -> None:
        """Show what is known."""
        self._finished = held_out_series(comparison)
        self.curves.set_series(self._finished)
        self.curves.set_names([group.title for group in comparison.groups])
        points = rate_distortion_series(comparison)
        self.rate.set_series(points)
        self.rate.set_names(rate_lines(comparison))
        self.setTabVisible(self.indexOf(self.rate), bool(points))
        self._fill_table(comparison)
        self._fill_cards(comparison)

    def set_live(self, curve: np.ndarray, style: int) -> None:
        """Lay the curve of the run in hand, epochs and nats [M, 2], over those that are finished."""
        if len(curve) > 1:
            self.curves.set_series([*self._finished, Series(curve[:, 0], curve[:, 1], style, faint=True)])

    def _fill_table(self, comparison: Comparison) -> None:
        columns = [column for column in COLUMNS if column.key in comparison.columns()]
        head = [*comparison.keys, "runs", *(column.title for column in columns)]
        self.table.setColumnCount(len(head))
        self.table.setHorizontalHeaderLabels(head)
        self.table.setRowCount(len(comparison.groups))
        for row, group in enumerate(comparison.groups):
            values = dict(group.settings)
            done = sum(outcome.state == "finished" for outcome in group.outcomes)
            texts = [values.get(key, "") for key in comparison.keys] + [f"{done} of {len(group.outcomes)}"]
            texts += [_shown(group.figure(column.key), column.decimals) for column in columns]
            for place, text in enumerate(texts):
                item = QTableWidgetItem(text)
                column = columns[place - len(texts)] if place >= len(texts) - len(columns) else None
                if column is not None:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                    if column.key in ("negative_elbo", "nll") and comparison.best(column.key) is group:
                        item.setFont(_bold(self.table.font()))
                if place == 0:
                    item.setForeground(hue(self.palette(), row))
                self.table.setItem(row, place, item)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)

    def _fill_cards(self, comparison: Comparison) -> None:
        inside = QWidget()
        grid = QGridLayout(inside)
        shown = [(group, exhibit) for group in comparison.groups if (exhibit := comparison.shown_run(group))]
        for number, (group, exhibit) in enumerate(shown):
            add_layout(grid, _card(group.title, exhibit), number // _COLUMNS, number % _COLUMNS)
        grid.setRowStretch(grid.rowCount(), 1)
        self._cards.setWidget(inside)


def _card(title: str, exhibit: Exhibit) -> QVBoxLayout:
    column = QVBoxLayout()
    label = QLabel(title)
    label.setProperty("role", "caption")
    column.addWidget(label)
    if exhibit.map is not None:
        drawn = PictureView(smooth=True)
        drawn.setFixedHeight(_MAP)
        drawn.setAccessibleName(f"Map of {title}")
        drawn.set_picture(exhibit.map)
        column.addWidget(drawn)
    if exhibit.originals is not None and exhibit.reconstructions is not None:
        pairs = PictureView()
        pairs.setFixedHeight(_PAIRS)
        pairs.setAccessibleName(f"Held-out pictures and reconstructions of {title}")
        laid = np.concatenate([exhibit.originals, exhibit.reconstructions])
        pairs.set_picture(sheet(laid, columns=len(exhibit.originals), gap=1))
        column.addWidget(pairs)
    return column


def _shown(figure: Figure | None, decimals: int) -> str:
    if figure is None:
        return "–"
    error = "" if figure.error is None else f" ± {figure.error:.{decimals}f}"
    return f"{figure.mean:.{decimals}f}{error}"


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setBold(True)
    return bold
