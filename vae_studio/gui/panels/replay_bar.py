"""The replay bar: a slider over the moments of the training, from its first step to now."""

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QStyle,
    QStyleOptionSlider,
    QWidget,
)

from vae_studio.gui.phased import Phase
from vae_studio.gui.studio import Studio
from vae_studio.gui.theme import set_icon, tool_button
from vae_studio.gui.widgets.elided_label import ElidedLabel
from vae_studio.gui.widgets.file_dialog import ask_where_to_save
from vae_studio.gui.workers.films import export_replay

_CAPTION = 230  # pixels at most


class ReplayBar(QWidget):
    """Shows the replay desk's moments; hidden while training runs and for a run that kept none."""

    saved = Signal(object)  # the path of the GIF

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._desk = studio.replay
        self.setObjectName("replayBar")
        self._play = tool_button("play", "Watch the training again (Alt+P)")
        self._slider = MomentSlider(Qt.Orientation.Horizontal)
        self._about = ElidedLabel()
        self._now = QPushButton("Now")
        self._save = tool_button("film", "Save the replay as a GIF: map, reconstructions and the picture at the marker")
        self._lay_out()
        self._connect()
        self._refresh()

    def _lay_out(self) -> None:
        self._play.setObjectName("replayButton")
        self._play.setAccessibleName("Watch the training again")
        self._slider.setObjectName("replaySlider")
        self._slider.setAccessibleName("Moment of the training")
        self._slider.setToolTip("Go back in the training (Alt+Left, Alt+Right); the right end is now")
        self._slider.setPageStep(5)
        self._about.setObjectName("replayCaption")
        self._about.setFixedWidth(_CAPTION)
        self._now.setObjectName("nowButton")
        self._now.setToolTip("Return to the run as it is (Alt+End)")
        self._save.setObjectName("saveReplayButton")
        self._save.setAccessibleName("Save the replay as a GIF")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 2, 6, 2)
        row.setSpacing(8)
        title = QLabel("Replay")
        title.setBuddy(self._slider)
        row.addWidget(title)
        row.addWidget(self._play)
        row.addWidget(self._slider, 1)
        row.addWidget(self._about)
        row.addWidget(self._now)
        row.addWidget(self._save)

    def _connect(self) -> None:
        desk = self._desk
        self._play.clicked.connect(desk.play)
        self._now.clicked.connect(desk.leave)
        self._save.clicked.connect(self.ask_save)
        self._slider.valueChanged.connect(self._on_slider_moved)
        desk.changed.connect(self._refresh)
        desk.moved.connect(self._show_place)
        desk.arrived.connect(self._show_place)
        desk.playing_changed.connect(self._on_playing_changed)
        self._studio.trainer.phase_changed.connect(self._refresh)
        for keys, action in (
            ("Alt+Left", lambda: self._step(-1)),
            ("Alt+Right", lambda: self._step(1)),
            ("Alt+Home", lambda: self._slider.setValue(0)),
            ("Alt+End", desk.leave),
            ("Alt+P", desk.play),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(action)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the slider its room; the caption has one width for all its texts, so that nothing jumps."""
        super().resizeEvent(event)
        self._about.setFixedWidth(min(_CAPTION, self.width() // 3))

    def ask_save(self) -> None:
        """Ask for a name and save the replay."""
        folder = self._studio.folder
        if folder is None:
            return
        file = ask_where_to_save(self, "Save the replay", f"{folder.path.name}-replay.gif", "GIF (*.gif)")
        if file is not None:
            self.save(file if file.suffix.lower() == ".gif" else Path(f"{file}.gif"))

    def save(self, file: Path) -> None:
        """Save the replay in the background; the picture that is watched is the one at the marker."""
        folder, explorer = self._studio.folder, self._studio.explorer
        if folder is None:
            return
        pictures = None if explorer.images is None else explorer.images.pictures
        job = export_replay(file, folder, pictures, explorer.code)
        self._studio.jobs.start("replay", f"Saving {file.name}", job, self._on_saved)

    def _on_saved(self, file: Path) -> None:
        self._studio.tell_done(f"Saved {file}.")
        self.saved.emit(file)

    def _step(self, by: int) -> None:
        self._desk.stop()
        self._slider.setValue(self._slider.value() + by)

    def _on_slider_moved(self, place: int) -> None:
        self._desk.stop()
        self._desk.look_at(place)
        self._show_place()  # back to where it was, if that moment cannot be looked at

    def _refresh(self, *_unused: object) -> None:
        """Show the bar for a run that rests and has moments."""
        blocker = QSignalBlocker(self._slider)
        self._slider.setRange(0, self._desk.now)
        blocker.unblock()
        self._show_place()
        for widget in (self._play, self._slider, self._save):
            widget.setEnabled(self._desk.now > 0)
        self.setVisible((self._desk.now > 0 or self._desk.opening) and self._studio.phase is Phase.IDLE)

    def _show_place(self, *_unused: object) -> None:
        desk, moments = self._desk, self._desk.moments
        blocker = QSignalBlocker(self._slider)
        self._slider.setValue(desk.place)
        blocker.unblock()
        self._now.setEnabled(desk.in_past)
        if desk.opening:
            self._about.setText("Looking through the training …")
        elif not desk.in_past:
            self._about.setText("Now: the run as it is")
        else:
            words = [f"Epoch {moments.epochs[desk.place]:.3g}", moments.captions[desk.place]]
            self._about.setText(" · ".join(filter(None, words)))
        self._about.setToolTip(". ".join(filter(None, (self._about.text(), moments.remark))))

    def _on_playing_changed(self, playing: bool) -> None:
        set_icon(self._play, "pause-small" if playing else "play")
        self._play.setToolTip("Pause the replay (Alt+P)" if playing else "Watch the training again (Alt+P)")


class MomentSlider(QSlider):
    """A slider that jumps to where it is pressed."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        part = (QStyle.ComplexControl.CC_Slider, option)
        handle = self.style().subControlRect(*part, QStyle.SubControl.SC_SliderHandle, self)
        if event.button() == Qt.MouseButton.LeftButton and not handle.contains(event.position().toPoint()):
            room = self.width() - handle.width()
            left = round(event.position().x() - handle.width() / 2)
            self.setValue(QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), left, room))
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the arrow keys, Home and End; leave those with Alt to the window."""
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            event.ignore()
        else:
            super().keyPressEvent(event)
