"""The map with its toolbar, and beside it what the colours mean."""

import numpy as np
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from vae_studio.gui.chart import Chart
from vae_studio.gui.desks.column import ColumnDesk
from vae_studio.gui.desks.hover import HoverDesk, Hovered
from vae_studio.gui.land import Land
from vae_studio.gui.layouts import add_layout
from vae_studio.gui.panels.map_keys import MapKeys
from vae_studio.gui.panels.map_toolbar import MapToolbar
from vae_studio.gui.plots.colour_table import shades
from vae_studio.gui.plots.column import bounds, steps_of
from vae_studio.gui.plots.land_kind import LANDS
from vae_studio.gui.plots.latent_map import LatentMap
from vae_studio.gui.studio import Studio
from vae_studio.gui.widgets.elided_label import ElidedLabel
from vae_studio.gui.workers.requests import Morph
from vae_studio.latent.codes import Floats
from vae_studio.latent.outlines import outlines
from vae_studio.latent.prior import CodePrior
from vae_studio.plural import counted

_TABLE = "viridis"  # the colours of numbers
_HINTS = {
    "point": "Click: decode · Drag: walk · Shift-click: add a stop · Wheel: zoom",
    "lasso": "Draw around points to select them · Shift: add · Ctrl: remove · Esc: back",
    "box": "Draw a box around points to select them · Shift: add · Ctrl: remove · Esc: back",
}


class MapPanel(QWidget):
    """Shows the explorer's cloud and the morph's path; clicks become points, shift-clicks become stops."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._explorer, self._morph, self._replay = studio.explorer, studio.morph, studio.replay
        self.map = LatentMap()
        self.map.set_empty("The map appears as soon as there is a trained model: press Train.")
        self.map.set_thumbnail(studio.explorer.thumbnail)
        self.land = Land(studio.decoders.lands, studio.explorer, self)
        self.map.set_land(self.land.layer)
        self._hover = HoverDesk(studio.decoders.lands, studio.explorer, self)
        self.columns = ColumnDesk(studio, self)
        self._coloured_by = self.columns.name
        self.toolbar = MapToolbar()
        self._keys = MapKeys()
        self._hint = ElidedLabel(_HINTS["point"])
        self._hint.setProperty("role", "caption")
        self._lay_out()
        self._connect()
        self._show_legend()

    def _lay_out(self) -> None:
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
        bar.addWidget(self.toolbar)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        add_layout(column, bar)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.map, 1)
        row.addWidget(self._keys)
        add_layout(column, row, 1)

    def _connect(self) -> None:
        self.map.point_picked.connect(self._explorer.pick)
        self.map.stop_added.connect(lambda x, y: self._morph.add(self._explorer.code_at(x, y)))
        self.map.view_changed.connect(self._on_view_changed)
        self.map.labels_changed.connect(self._show_legend)
        self.map.tool_changed.connect(self._on_tool_changed)
        for key, tool in (("L", "lasso"), ("B", "box")):  # wherever the focus is; a text field keeps its letters
            QShortcut(QKeySequence(key), self).activated.connect(lambda tool=tool: self.map.set_tool(tool))
        self.map.selected.connect(lambda _numbers: self._show_hint())
        self.toolbar.tool_chosen.connect(self.map.set_tool)
        self.toolbar.land_chosen.connect(self._on_land_chosen)
        self.toolbar.veil_toggled.connect(self.land.set_veiled)
        self.toolbar.view_toggled.connect(self._on_view_toggled)
        self.toolbar.fit.clicked.connect(self.map.fit)
        self.toolbar.column_chosen.connect(self.columns.choose)
        self.columns.changed.connect(self._on_columns_changed)
        self.columns.failed.connect(self._explorer.failed)
        self.columns.noted.connect(self._explorer.noted)
        self.map.picture_hovered.connect(self._on_picture_hovered)
        self._hover.found.connect(self._on_hover_found)
        self.land.changed.connect(self._on_land_changed)
        self.land.failed.connect(self._explorer.failed)
        self._keys.legend.label_clicked.connect(self.map.toggle_label)
        self._keys.legend.label_soloed.connect(self.map.solo_label)
        self._explorer.cloud_changed.connect(self._on_cloud_changed)
        for signal in (self._explorer.cloud_changed, self._explorer.images_changed):
            signal.connect(self._show_refusals)
        self._explorer.images_changed.connect(lambda: self.map.set_thumbnail(self._explorer.thumbnail))
        self._explorer.chart.changed.connect(self._on_chart_changed)
        self._explorer.chart.shifted.connect(self._outline_prior)
        self._explorer.code_changed.connect(self._on_code_changed)
        self._replay.moved.connect(self._on_moment_changed)
        self._morph.stops_changed.connect(self._on_stops_changed)
        self._morph.film_changed.connect(self._on_film_changed)
        self._morph.frame_shown.connect(self._on_frame_shown)

    def _on_cloud_changed(self) -> None:
        cloud, chart = self._explorer.cloud, self._explorer.chart
        if cloud is None:
            self.map.set_points(np.zeros((0, 2), np.float32))
            self.map.select_none()
            self.map.set_note("")
            return
        named = self.columns.names()
        if named is None:
            self.map.set_points(chart.xy, indices=cloud.indices)
        else:
            self.map.set_points(chart.xy, named.of_points, named.names, named.colours, cloud.indices)
        self._coloured_by = self.columns.name
        self._show_column()
        self.map.set_axis_names(*chart.axis_names())
        self._show_note()
        self._outline_prior()
        self._place_marker(self._explorer.code)
        self._on_stops_changed()

    def _show_refusals(self) -> None:
        """Let nothing be chosen that the open run cannot show; what was chosen for the last run gives way."""
        refused = self._studio.refusals
        self.toolbar.refuse(self.columns.refused(), refused.lands, refused.views)
        self.columns.give_way()
        if self.land.kind in refused.lands:
            self.toolbar.show_land("none")
            self.land.show("none")
        self.land.set_veilable("support" not in refused.lands)
        self.map.set_prior_visible(self.toolbar.is_on("prior"))

    def _outline_prior(self) -> None:
        prior, chart = self._explorer.prior, self._explorer.chart
        lines = outlines(prior, chart.plane) if chart.exact else []
        self.map.set_prior_lines(None if prior.name == "normal" else lines)

    def _on_chart_changed(self) -> None:
        """Show the other map whole, wherever the view was on the one before."""
        self._on_cloud_changed()
        if self._explorer.cloud is not None:
            self.map.fit()
        exact = self._explorer.chart.exact  # between the pictures of a bent map lies nothing that could be decoded
        self.toolbar.set_land_enabled(exact)
        self.map.set_land(self.land.layer if exact else None)

    def _show_legend(self) -> None:
        """Show what the points' colours mean: names of labels, or numbers."""
        names, wanted = self.map.label_names(), self.toolbar.is_on("legend")
        values, column = self.columns.values(), self.columns.column
        self._keys.legend.show_labels(names, self.map.label_colours(), self.map.hidden_labels())
        self._keys.show_legend(wanted and values is None and bool(names))
        self._keys.show_column(column, bounds(values) if wanted and values is not None else None, _TABLE)

    def _on_columns_changed(self) -> None:
        """Colour the points anew; names are those of the points themselves, numbers lie over them."""
        if "group" in (self.columns.name, self._coloured_by) and self._explorer.cloud is not None:
            self._on_cloud_changed()
        else:
            self._show_column()

    def _show_column(self) -> None:
        values = self.columns.values()
        self.map.set_shades(None if values is None else steps_of(values), shades(_TABLE))
        self.toolbar.show_column(self.columns.name)
        self._show_legend()

    def _on_code_changed(self, code: Floats) -> None:
        self._place_marker(code)

    def _place_marker(self, code: Floats) -> None:
        cloud = self._explorer.cloud
        fits = cloud is not None and cloud.codes.dim == len(code)
        self.map.set_marker(self._explorer.place_of(code) if fits else None)

    def _on_view_toggled(self, view: str, shown: bool) -> None:
        if view == "legend":
            self._show_legend()
        elif view == "cards":
            self.map.set_hover_enabled(shown)
        elif view == "thumbs":
            self.map.set_thumbs_visible(shown)
        elif view == "prior":
            self.map.set_prior_visible(shown)

    def _on_picture_hovered(self, number: int) -> None:
        wanted = self.toolbar.is_on("posterior") or self.toolbar.is_on("neighbours")
        self._hover.ask(number if wanted else -1)

    def _on_hover_found(self, hovered: Hovered) -> None:
        on_plane = self._explorer.chart.exact and self.toolbar.is_on("posterior")
        lines = hovered.neighbours if self.toolbar.is_on("neighbours") else ()
        self.map.mark_hovered(hovered.number, hovered.covariance if on_plane else None, lines)

    def _on_tool_changed(self, tool: str) -> None:
        self.toolbar.show_tool(tool)
        self._show_hint()

    def _show_hint(self) -> None:
        count = len(self.map.selection())
        chosen = f"{count:,} selected · " if count else ""
        self._hint.setText(chosen + _HINTS[self.map.tool()])

    def _on_view_changed(self) -> None:
        self.land.look(self.map.camera())
        self._show_land_bar()

    def _on_land_chosen(self, kind: str) -> None:
        self.land.look(self.map.camera())
        self.land.show(kind)

    def _on_land_changed(self) -> None:
        self.map.update()
        self._show_land_bar()
        self._show_note()

    def _show_note(self) -> None:
        cloud = self._explorer.cloud
        if cloud is not None:
            shown, land = len(cloud.indices), self.land.counted_in_sight
            note = _note(shown, cloud.total, self._explorer.chart, land, self._explorer.prior)
            absent = "the way of the morph comes back with Now" if self._replay.in_past and self._morph.stops else ""
            self.map.set_note(" · ".join(filter(None, (note, absent))))

    def _show_land_bar(self) -> None:
        self._keys.show_land(LANDS[self.land.kind], self.land.span())

    def _on_moment_changed(self, _place: int) -> None:
        self._on_stops_changed()
        self._on_frame_shown(self._morph.frame)
        self._show_note()

    def _on_stops_changed(self) -> None:
        stops = [] if self._replay.in_past else self._morph.stops  # their codes belong to the run as it is
        chart = self._explorer.chart
        fits = all(len(stop) == chart.plane.dim for stop in stops)
        places = chart.to_map(np.stack(stops)) if stops and fits else None
        curve = None
        if len(stops) > 1 and fits and chart.exact and self._morph.film is not None and len(self._morph.film.curve):
            curve = chart.to_map(self._explorer.prior.project(self._morph.film.curve))
        self.map.set_path(curve, places)
        if not stops:
            self.map.set_path_marker(None)

    def _on_film_changed(self, _film: Morph | None) -> None:
        self._on_stops_changed()

    def _on_frame_shown(self, number: int) -> None:
        film = self._morph.film
        if film is not None and not self._replay.in_past and number < len(film.frame_codes):
            self.map.set_path_marker(self._explorer.place_of(self._explorer.prior.project(film.frame_codes[number])))


def _note(shown: int, total: int, chart: Chart, land: int, prior: CodePrior) -> str:
    """Say what the map shows and what it does not."""
    parts = []
    if shown < total:
        parts.append(f"{shown:,} of {counted(total, 'picture')} while training")
    if chart.embedding is not None:
        parts.append(chart.embedding.sentence().removesuffix("."))
    elif chart.plane.dim > 2:
        parts.append(f"a plane through {chart.plane.dim} dimensions")
    if land:
        parts.append(f"land of {counted(land, 'picture')}")
    if prior.name == "sphere":
        form = "circle" if chart.plane.dim == 2 else "sphere"
        parts.append(f"codes lie on a {form}: every other place is drawn as the point of it in the same direction")
    return " · ".join(parts)
