"""The morph: stops, ways, timing, preview, and the film that is saved."""

from pathlib import Path

from pydantic import ValidationError
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from vae_studio.gui.layouts import add_layout
from vae_studio.gui.panels.film_output_form import FilmOutputForm
from vae_studio.gui.panels.stop_editor import StopEditor
from vae_studio.gui.studio import Studio
from vae_studio.gui.theme import set_icon, tool_button
from vae_studio.gui.widgets.elided_label import ElidedLabel
from vae_studio.gui.widgets.file_dialog import ask_where_to_save
from vae_studio.gui.widgets.picture_view import PictureView
from vae_studio.gui.widgets.settings_form import SettingsForm
from vae_studio.gui.widgets.way_table import WayTable
from vae_studio.gui.workers.films import export_film
from vae_studio.gui.workers.requests import Morph
from vae_studio.latent.timing import Timing
from vae_studio.plural import counted

_SLOT = "export"
_PLAY_TIP = "Play the film at its own rate"
_IN_A_GRID = ("frames", "fps", "easing", "pace", "cycle")


class MorphPanel(QWidget):
    """Shows the morph desk's stops and film; plays it and saves it."""

    saved = Signal(object)  # the path of the film

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._desk = studio.morph
        self.setObjectName("morphPanel")
        self._view = PictureView(empty="The morph plays here.", smooth=True)
        self._place = QSlider(Qt.Orientation.Horizontal)
        self._stops = StopEditor(studio)
        self._ways = WayTable()
        self._form = SettingsForm(Timing, leave_out=frozenset({"hold"}), parent=self)
        self._form.hide()  # its fields are laid out here, side by side
        self._output = FilmOutputForm(studio.morph)
        self._play = tool_button("play", _PLAY_TIP)
        self._export = QPushButton("Save …")
        self._about = ElidedLabel()
        self._share = 1.0  # of the film that is being computed
        self._lay_out()
        self._connect()
        self._on_stops_changed()

    def _lay_out(self) -> None:
        self._play.setObjectName("playButton")
        self._play.setAccessibleName("Play")
        self._export.setObjectName("exportButton")
        self._export.setToolTip("Save the film, with a side file that says how to make it again")
        set_icon(self._export, "film")
        self._view.setObjectName("morphView")
        self._view.setMinimumSize(96, 96)
        self._place.setAccessibleName("Frame")
        self._place.setToolTip("Look at a single frame")
        self._about.setObjectName("filmCaption")
        self._about.setProperty("role", "caption")
        parts = QHBoxLayout(self)
        parts.setContentsMargins(10, 6, 10, 6)
        parts.setSpacing(10)
        for column, stretch in (
            (_column(self._view, self._film_bar()), 4),
            (_column(self._stops, None), 6),
            (_column(self._ways, self._timing(), None), 9),
            (_column(self._output, None, self._about, self._export), 5),
        ):
            add_layout(parts, column, stretch)

    def _film_bar(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self._play)
        row.addWidget(self._place, 1)
        return row

    def _timing(self) -> QGridLayout:
        """Put the fields of the timing side by side: they are short."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(4)
        for place, (name, text) in enumerate(
            zip(_IN_A_GRID, ("Frames", "a second", "Easing", "Speed in", "Cycle"), strict=True)
        ):
            row, column = divmod(place, 2)
            label = QLabel(text)
            editor = self._form.editor(name)
            label.setBuddy(editor)
            label.setToolTip(editor.toolTip())
            editor.setMinimumWidth(editor.sizeHint().width() if isinstance(editor, QComboBox) else 58)
            grid.addWidget(label, row, 2 * column)
            grid.addWidget(editor, row, 2 * column + 1, 1, 1 if name != "cycle" else 3)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        return grid

    def _connect(self) -> None:
        self._play.clicked.connect(self._desk.play)
        self._export.clicked.connect(self._on_export_clicked)
        self._ways.chosen.connect(self._desk.set_kind)
        self._form.edited.connect(self._on_timing_edited)
        self._place.valueChanged.connect(self._on_place_chosen)
        self._desk.stops_changed.connect(self._on_stops_changed)
        self._desk.film_changed.connect(self._on_film_changed)
        self._desk.computing.connect(self._on_computing)
        self._desk.frame_shown.connect(self._on_frame_shown)
        self._desk.playing_changed.connect(self._on_playing_changed)
        self._studio.paths.changed.connect(self._show_reports)
        self._studio.jobs.started.connect(self._on_job_changed)
        self._studio.jobs.ended.connect(self._on_job_changed)

    # Saving

    def ask_export(self) -> None:
        """Ask for a name and save the film."""
        if not self._desk.frame_count or self._studio.snapshot is None:
            return
        kind = self._desk.settings.kind
        suffix = kind.suffixes[0] if kind.suffixes else ""
        endings = " ".join(f"*{one}" for one in kind.suffixes) or "*"
        file = ask_where_to_save(self, "Save the film", f"morph{suffix}", f"{kind.title} ({endings})")
        if file is not None:
            self.export(file if str(file).lower().endswith(kind.suffixes or "") else Path(f"{file}{suffix}"))

    def export(self, file: Path) -> None:
        """Save the film and its side file in the background."""
        studio, folder = self._studio, self._studio.folder
        saved = folder is not None and folder.has("weights") and studio.snapshot_is_saved
        checksum = folder.checksum("weights") if folder is not None and saved else ""
        film = self._desk.order(Path() if folder is None else folder.path, checksum)
        if film is None or studio.snapshot is None:
            studio.message_raised.emit("warning", self._desk.problem or "A film needs at least two stops; add another.")
            return
        cloud = None if film.overlay.inset == "none" else studio.replay.present
        job = export_film(file, film, studio.snapshot, cloud)
        studio.jobs.start(_SLOT, f"Saving {file.name}", job, self._on_exported)

    def _on_export_clicked(self) -> None:
        if self._studio.jobs.running(_SLOT):
            self._studio.jobs.cancel(_SLOT)
        else:
            self.ask_export()

    def _on_exported(self, file: Path) -> None:
        self._studio.tell_done(f"Saved {file} and how to make it again beside it.")
        self.saved.emit(file)

    def _on_job_changed(self, slot: str, *_title: str) -> None:
        if slot == _SLOT:
            running = self._studio.jobs.running(_SLOT)
            self._export.setText("Cancel" if running else "Save …")
            set_icon(self._export, "close" if running else "film")
            self._show_readiness()

    # What the desk tells

    def _on_timing_edited(self, _name: str, _value: object) -> None:
        try:
            self._desk.set_timing(Timing(hold=self._desk.timing.hold, **self._form.values()))
        except ValidationError:
            self._form.validated()

    def _on_stops_changed(self) -> None:
        self._form.set_values(dict(self._desk.timing))
        self._ways.set_refused(self._desk.refused)
        self._ways.choose(self._desk.kind)
        self._show_reports()
        if not self._desk.stops:
            self._view.set_picture(None)
        self._show_readiness()

    def _show_readiness(self) -> None:
        ready = self._desk.frame_count > 0 and self._studio.snapshot is not None
        self._play.setEnabled(ready)
        self._place.setEnabled(ready)
        self._export.setEnabled(ready or self._studio.jobs.running(_SLOT))
        self._show_caption()

    def _show_caption(self) -> None:
        desk = self._desk
        count, fps = desk.frame_count, desk.fps
        if desk.problem:
            text = desk.problem
        elif not count:
            text = ""
        elif self._share < 1:
            text = f"Computing … {self._share:.0%}" if self._share > 0 else "Computing …"
        else:
            text = f"{counted(count, 'frame')}, {count / fps:.1f} s, {fps:.3g} fps"
            if desk.timing.shortens_rests(len(desk.stops), desk.keys, fps):
                text = f"Too few frames for these rests, so they are shorter: {text}"
            if desk.film is not None and desk.film.stride > 1:
                text += f"; one in {desk.film.stride} is played here, all are saved"
        self._about.setText(text)

    def _show_reports(self) -> None:
        paths = self._studio.paths
        self._ways.show_reports(paths.reports, paths.measuring, paths.share)

    def _on_computing(self, share: float) -> None:
        self._share = share
        self._show_caption()

    def _on_film_changed(self, film: Morph | None) -> None:
        if film is None or not len(film.frames):
            self._view.set_picture(None)
        else:
            self._place.blockSignals(True)
            self._place.setRange(0, len(film.frame_codes) - 1)
            self._place.blockSignals(False)
        self._show_readiness()

    def _on_frame_shown(self, number: int) -> None:
        self._view.set_picture(self._desk.picture())
        if not self._place.isSliderDown():
            self._place.blockSignals(True)
            self._place.setValue(number)
            self._place.blockSignals(False)

    def _on_place_chosen(self, number: int) -> None:
        self._desk.stop()
        self._desk.show_frame(number)

    def _on_playing_changed(self, playing: bool) -> None:
        self._play.setAccessibleName("Pause" if playing else "Play")
        self._play.setToolTip("Pause" if playing else _PLAY_TIP)
        set_icon(self._play, "pause-small" if playing else "play")


def _column(*parts: QWidget | QLayout | None) -> QVBoxLayout:
    """Return the parts below each other; None is room that may grow."""
    column = QVBoxLayout()
    column.setSpacing(6)
    for part in parts:
        if part is None:
            column.addStretch(1)
        elif isinstance(part, QWidget):
            column.addWidget(part, 1 if isinstance(part, PictureView) else 0)
        else:
            add_layout(column, part)
    return column
