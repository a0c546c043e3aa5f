"""The morph: stops, way, timing, preview, and the GIF."""

from pathlib import Path
from typing import get_args

from pydantic import ValidationError
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from vae_studio.export.frames import Resampling
from vae_studio.gui.studio import Studio
from vae_studio.gui.theme import set_icon
from vae_studio.gui.widgets.picture_strip import PictureStrip
from vae_studio.gui.widgets.picture_view import PictureView
from vae_studio.gui.widgets.settings_fields import CalmComboBox, CalmSpinBox
from vae_studio.gui.widgets.settings_form import SettingsForm
from vae_studio.gui.workers.requests import Morph
from vae_studio.latent.paths import PATHS
from vae_studio.latent.timing import Timing


class MorphPanel(QWidget):
    """Shows the morph desk's stops and film; plays it and saves it."""

    saved = Signal(object)  # the path of the GIF

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._desk = studio.morph
        self.setObjectName("morphPanel")
        self._strip = PictureStrip(
            side=52, removable=True, movable=True, empty="Shift-click on the map to add stops; two make a morph."
        )
        self._view = PictureView(empty="The morph plays here.", smooth=True)
        self._place = QSlider(Qt.Orientation.Horizontal)
        self._add = QPushButton("Add stop")
        self._play = QPushButton("Play")
        self._export = QPushButton("Save GIF …")
        self._clear = QPushButton("Clear")
        self._kind = CalmComboBox()
        self._form = SettingsForm(Timing)
        self._size = CalmSpinBox()
        self._resampling = CalmComboBox()
        self._about = QLabel()
        self._lay_out()
        self._connect()
        self._form.set_values(dict(self._desk.timing))
        self._on_stops_changed()

    def _lay_out(self) -> None:
        for button, name, icon, tip in (
            (self._add, "addStopButton", "add", "Add the point that is looked at as a stop"),
            (self._play, "playButton", "play", "Play the morph at its own rate"),
            (
                self._export,
                "exportButton",
                "gif",
                "Save the morph as a GIF, with a side file that says how to make it again",
            ),
            (self._clear, "clearStopsButton", "remove", "Take all stops out"),
        ):
            button.setObjectName(name)
            button.setToolTip(tip)
            set_icon(button, icon)
        self._view.setObjectName("morphView")
        self._view.setMinimumSize(120, 120)
        self._place.setAccessibleName("Frame")
        self._about.setProperty("role", "caption")
        for name, row in PATHS.items():
            self._kind.addItem(row.title, name)
            self._kind.setItemData(self._kind.count() - 1, row.summary, Qt.ItemDataRole.ToolTipRole)
        self._kind.setObjectName("pathPicker")
        self._size.setRange(16, 2048)
        self._size.setValue(256)
        self._size.setSuffix(" px")
        self._size.setObjectName("sizeField")
        for name in get_args(Resampling):
            self._resampling.addItem(name, name)
        self._resampling.setCurrentText("lanczos")
        parts = QHBoxLayout(self)
        parts.setContentsMargins(12, 6, 12, 8)
        parts.setSpacing(14)
        parts.addLayout(self._film_column(), 2)
        parts.addLayout(self._stops_column(), 3)
        parts.addWidget(self._options(), 3)

    def _film_column(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.addWidget(self._view, 1)
        column.addWidget(self._place)
        return column

    def _stops_column(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.addWidget(self._strip)
        first = QHBoxLayout()
        first.addWidget(self._add)
        first.addWidget(self._clear)
        second = QHBoxLayout()
        second.addWidget(self._play)
        second.addWidget(self._export)
        column.addLayout(first)
        column.addLayout(second)
        column.addWidget(self._about)
        column.addStretch(1)
        return column

    def _options(self) -> QScrollArea:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(6)
        form.addRow("Way", self._kind)
        column.addLayout(form)
        column.addWidget(self._form)
        last = QFormLayout()
        last.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        last.setHorizontalSpacing(12)
        last.addRow("Size", self._size)
        last.addRow("Resampling", self._resampling)
        column.addLayout(last)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return area

    def _connect(self) -> None:
        self._add.clicked.connect(lambda: self._desk.add(self._studio.explorer.code))
        self._clear.clicked.connect(self._desk.clear)
        self._play.clicked.connect(self._desk.play)
        self._export.clicked.connect(self.ask_export)
        self._strip.removed.connect(self._desk.remove)
        self._strip.moved.connect(self._desk.move)
        self._strip.clicked.connect(lambda number: self._studio.explorer.look_at(self._desk.stops[number]))
        self._kind.currentIndexChanged.connect(lambda: self._desk.set_kind(self._kind.currentData()))
        self._form.edited.connect(self._on_timing_edited)
        self._place.sliderMoved.connect(self._on_slider_moved)
        self._desk.stops_changed.connect(self._on_stops_changed)
        self._desk.film_changed.connect(self._on_film_changed)
        self._desk.frame_shown.connect(self._on_frame_shown)
        self._desk.playing_changed.connect(self._on_playing_changed)

    def ask_export(self) -> None:
        """Ask for a name and save the GIF."""
        if self._desk.path is None or self._studio.snapshot is None:
            return
        suggested = str(Path.home() / "morph.gif")
        file, _ = QFileDialog.getSaveFileName(self, "Save the morph", suggested, "GIF (*.gif)")
        if file:
            self.export(Path(file if file.lower().endswith(".gif") else f"{file}.gif"))

    def export(self, file: Path) -> None:
        """Save the GIF and its side file in the background."""
        snapshot, folder = self._studio.snapshot, self._studio.folder
        if snapshot is None:
            return
        run = folder.path if folder is not None else Path()
        size, resampling = self._size.value(), self._resampling.currentData()
        self._desk.export(self._studio.jobs, snapshot, run, size, resampling, file, self._on_exported)

    def _on_exported(self, file: Path) -> None:
        self._studio.message_raised.emit("info", f"Saved {file} and how to make it again beside it.")
        self.saved.emit(file)

    def _on_timing_edited(self, _name: str, _value: object) -> None:
        try:
            self._desk.set_timing(Timing(**self._form.values()))
        except ValidationError:
            self._form.validated()

    def _on_stops_changed(self) -> None:
        count = len(self._desk.stops)
        self._strip.set_pictures(self._desk.pictures)
        if not count:
            self._view.set_picture(None)
        self._clear.setEnabled(count > 0)
        ready = count > 1 and self._studio.snapshot is not None
        self._play.setEnabled(ready)
        self._export.setEnabled(ready)
        self._place.setEnabled(ready)
        timing = self._desk.timing
        rate = f"{timing.shown_fps:g}".rstrip(".")
        self._about.setText(f"{timing.frames} frames, {timing.seconds:.1f} s at {rate} a second" if count > 1 else "")

    def _on_film_changed(self, film: Morph | None) -> None:
        if film is None or not len(film.frames):
            self._view.set_picture(None)
        else:
            self._place.setRange(0, len(film.frames) - 1)
        self._on_stops_changed()

    def _on_frame_shown(self, number: int) -> None:
        self._view.set_picture(self._desk.picture())
        if not self._place.isSliderDown():
            self._place.setValue(number)

    def _on_slider_moved(self, number: int) -> None:
        self._desk.stop()
        self._desk.show_frame(number)

    def _on_playing_changed(self, playing: bool) -> None:
        self._play.setText("Pause" if playing else "Play")
        set_icon(self._play, "pause-small" if playing else "play")
