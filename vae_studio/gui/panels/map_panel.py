"""The map with its switches: the decoded ground, the prior's rings, the hover card, the legend."""

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from vae_studio.export.palette import label_colours
from vae_studio.gui.chart import Chart
from vae_studio.gui.explorer import Explorer
from vae_studio.gui.morph import MorphDesk
from vae_studio.gui.plots.latent_map import LatentMap
from vae_studio.gui.plots.map_legend import MapLegend
from vae_studio.gui.theme import tool_button
from vae_studio.gui.widgets.elided_label import ElidedLabel
from vae_studio.gui.workers.requests import Ground, Morph
from vae_studio.latent.codes import Floats

_GROUND_PAUSE_MS = 120  # after zooming, before the ground is decoded anew
_CELL = 48  # pixels of the screen that one decoded picture of the ground gets


class MapPanel(QWidget):
    """Shows the explorer's cloud and the morph's path; clicks become points, shift-clicks become stops."""

    def __init__(self, explorer: Explorer, morph: MorphDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._explorer, self._morph = explorer, morph
        self.map = LatentMap()
        self.map.set_empty("The map appears as soon as there is a trained model: press Train.")
        self.map.set_thumbnail(explorer.thumbnail)
        self._ground = tool_button("grid", "Show what the decoder draws under the points", checkable=True)
        self._rings = tool_button("map", "Show the prior: rings at 1, 2 and 3 standard deviations", checkable=True)
        self._cards = tool_button("image", "Show the real picture under the cursor", checkable=True)
        self._legend_button = tool_button("points", "Show the legend", checkable=True)
        self._legend = MapLegend()
        self._fit = tool_button("fit", "Show the whole map (Home)")
        self._hint = ElidedLabel("Click: decode · Drag: walk · Shift-click: add a stop · Wheel: zoom")
        self._hint.setProperty("role", "caption")
        self._view_timer = QTimer(self)
        self._view_timer.setSingleShot(True)
        self._view_timer.setInterval(_GROUND_PAUSE_MS)
        self._lay_out()
        self._connect()
        self._show_legend()

    def _lay_out(self) -> None:
        self._ground.setObjectName("groundButton")
        for button in (self._cards, self._legend_button):
            button.setChecked(True)
        bar = QHBoxLayout()
        bar.setContentsMargins(10, 4, 6, 4)
        bar.setSpacing(2)
        title = QLabel("Map")
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        bar.addWidget(title)
        bar.addSpacing(12)
        bar.addWidget(self._hint, 1)
        for button in (self._ground, self._rings, self._cards, self._legend_button, self._fit):
            bar.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.map, 1)
        row.addWidget(self._legend)
        column.addLayout(row, 1)

    def _connect(self) -> None:
        self.map.point_picked.connect(self._explorer.pick)
        self.map.stop_added.connect(lambda x, y: self._morph.add(self._explorer.code_at(x, y)))
        self.map.view_changed.connect(self._view_timer.start)
        self._view_timer.timeout.connect(self._ask_ground)
        self._ground.toggled.connect(self._on_ground_toggled)
        self._rings.toggled.connect(self.map.set_prior_visible)
        self._cards.toggled.connect(self.map.set_hover_enabled)
        self._legend_button.toggled.connect(self._show_legend)
        self._legend.label_clicked.connect(self.map.toggle_label)
        self._legend.label_soloed.connect(self.map.solo_label)
        self.map.labels_changed.connect(self._show_legend)
        self._fit.clicked.connect(self.map.fit)
        self._explorer.cloud_changed.connect(self._on_cloud_changed)
        self._explorer.chart.changed.connect(self._on_chart_changed)
        self._explorer.code_changed.connect(self._on_code_changed)
        self._explorer.ground_decoded.connect(self._on_ground_decoded)
        self._morph.stops_changed.connect(self._on_stops_changed)
        self._morph.film_changed.connect(self._on_film_changed)
        self._morph.frame_shown.connect(self._on_frame_shown)

    def _on_cloud_changed(self) -> None:
        cloud, chart = self._explorer.cloud, self._explorer.chart
        if cloud is None:
            self.map.set_points(np.zeros((0, 2), np.float32))
            self.map.set_background(None)
            self.map.set_note("")
            return
        count = max(len(cloud.label_names), 1)
        self.map.set_points(chart.xy, cloud.labels, cloud.label_names, label_colours(count), cloud.indices)
        self.map.set_axis_names(*chart.axis_names())
        self.map.set_note(_note(len(cloud.indices), cloud.total, chart))
        self._place_marker(self._explorer.code)
        self._on_stops_changed()

    def _on_chart_changed(self) -> None:
        """Show the other map whole, wherever the view was on the one before."""
        self._on_cloud_changed()
        if self._explorer.cloud is not None:
            self.map.fit()
        if not self._explorer.chart.exact:
            self.map.set_background(None)  # between the pictures of a bent map lies nothing that could be decoded

    def _show_legend(self) -> None:
        names = self.map.label_names()
        self._legend.setVisible(bool(names) and self._legend_button.isChecked())
        self._legend.show_labels(names, self.map.label_colours(), self.map.hidden_labels())

    def _on_code_changed(self, code: Floats) -> None:
        self._place_marker(code)

    def _place_marker(self, code: Floats) -> None:
        cloud = self._explorer.cloud
        fits = cloud is not None and cloud.codes.dim == len(code)
        self.map.set_marker(self._explorer.place_of(code) if fits else None)

    def _on_ground_toggled(self, wanted: bool) -> None:
        if wanted:
            self._ask_ground()
        else:
            self._explorer.want_ground(None)
            self.map.set_background(None)

    def _ask_ground(self) -> None:
        if self._ground.isChecked() and self._explorer.chart.exact:
            columns, rows = max(4, self.map.width() // _CELL), max(4, self.map.height() // _CELL)
            self._explorer.want_ground(self.map.view_rect(), columns, rows)

    def _on_ground_decoded(self, ground: Ground) -> None:
        if self._ground.isChecked() and self._explorer.chart.exact:
            self.map.set_background(ground.picture, ground.rect, ground.cells)

    def _on_stops_changed(self) -> None:
        stops = self._morph.stops
        chart = self._explorer.chart
        fits = all(len(stop) == chart.plane.dim for stop in stops)
        places = chart.to_map(np.stack(stops)) if stops and fits else None
        curve = None
        if len(stops) > 1 and fits and chart.exact and self._morph.film is not None and len(self._morph.film.curve):
            curve = chart.to_map(self._morph.film.curve)
        self.map.set_path(curve, places)
        if not stops:
            self.map.set_path_marker(None)

    def _on_film_changed(self, _film: Morph | None) -> None:
        self._on_stops_changed()

    def _on_frame_shown(self, number: int) -> None:
        film = self._morph.film
        if film is not None and number < len(film.frame_codes):
            self.map.set_path_marker(self._explorer.place_of(film.frame_codes[number]))


def _note(shown: int, total: int, chart: Chart) -> str:
    """Say what the map shows and what it does not."""
    parts = []
    if shown < total:
        parts.append(f"{shown:,} of {total:,} pictures while training")
    if chart.embedding is not None:
        parts.append(chart.embedding.sentence().removesuffix("."))
    elif chart.plane.dim > 2:
        parts.append(f"a plane through {chart.plane.dim} dimensions")
    return " · ".join(parts)
