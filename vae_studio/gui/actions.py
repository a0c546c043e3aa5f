"""The toolbar: new, open, save; train, pause, stop; device; progress."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QMenu, QProgressBar, QPushButton, QSizePolicy, QToolBar, QToolButton, QWidget

from vae_studio.gui.phased import Phase
from vae_studio.gui.studio import Studio
from vae_studio.gui.theme import set_icon, tool_button
from vae_studio.gui.widgets.calm_fields import CalmComboBox
from vae_studio.runs.home import known_runs
from vae_studio.training.events import Progress

DEVICES = ("auto", "cpu", "cuda", "mps")  # as vae_studio.device has them, which brings torch
_MOST_RUNS = 15
_FINE = 1000  # steps of the progress bar


class ActionBar(QToolBar):
    """Buttons that are only alive when they can do something."""

    new_asked = Signal()
    open_asked = Signal()
    open_file_asked = Signal()
    run_chosen = Signal(object)  # the path of a run
    save_asked = Signal()

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__("Actions", parent)
        self._studio = studio
        self._jobs: dict[str, str] = {}  # slot -> title
        self.setObjectName("actionBar")
        self.setMovable(False)
        self._new = _named_button("new", "New", "Choose pictures for a new run (Ctrl+N)", "newButton")
        self._open = _named_button("open", "Open", "Open a run, or a folder of pictures (Ctrl+O)", "openButton")
        self._save = _named_button(
            "save", "Save", "Save the run as one file that can be given away (Ctrl+S)", "saveButton"
        )
        self._runs = QMenu(self._open)
        self._open.setMenu(self._runs)
        self._open.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self._train = QPushButton("Train")
        self._pause = QPushButton("Pause")
        self._stop = QPushButton("Stop")
        self._device = CalmComboBox()
        self._bar = QProgressBar()
        self._cancel = tool_button("close", "Cancel what is going on")
        self._lay_out()
        self._connect()
        self._refresh()

    def _lay_out(self) -> None:
        for button, name, icon, tip in (
            (self._train, "trainButton", "train", "Train, or go on with the run that was stopped (Ctrl+T)"),
            (self._pause, "pauseButton", "pause", "Pause the training, or go on (Ctrl+P)"),
            (self._stop, "stopButton", "stop", "Stop and save; training can go on later (Ctrl+.)"),
        ):
            button.setObjectName(name)
            button.setToolTip(tip)
            set_icon(button, icon)
        self._train.setProperty("primary", True)
        self._device.setObjectName("devicePicker")
        self._device.setAccessibleName("Device")
        self._device.setToolTip("The processor that trains; auto takes the fastest one that passes a trial step")
        self._device.addItems(DEVICES)
        self._bar.setObjectName("progressBar")
        self._bar.setRange(0, _FINE)
        self._bar.setMinimumWidth(220)
        self._bar.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for widget in (self._new, self._open, self._save):
            self.addWidget(widget)
        self.addSeparator()
        for button in (self._train, self._pause, self._stop):
            self.addWidget(button)
            self.addWidget(_space(2))
        self.addSeparator()
        self.addWidget(QLabel("Device  "))
        self.addWidget(self._device)
        self.addWidget(_space(12))
        self.addWidget(self._bar)
        self._cancel_action = self.addWidget(self._cancel)
        self._cancel.setObjectName("cancelButton")

    def _connect(self) -> None:
        self._new.clicked.connect(self.new_asked)
        self._open.clicked.connect(self.open_asked)
        self._runs.aboutToShow.connect(self._fill_runs)
        self._save.clicked.connect(self.save_asked)
        self._train.clicked.connect(self._studio.train)
        self._pause.clicked.connect(self._studio.trainer.pause)
        self._stop.clicked.connect(self._studio.trainer.stop)
        self._cancel.clicked.connect(self._on_cancel_clicked)
        self._device.currentTextChanged.connect(self._on_device_chosen)
        for signal in (self._studio.trainer.phase_changed, self._studio.desk.recipe_changed, self._studio.run_changed):
            signal.connect(self._refresh)
        self._studio.trainer.progressed.connect(self._on_progressed)
        jobs = self._studio.jobs
        jobs.started.connect(self._on_job_started)
        jobs.progressed.connect(self._on_job_progressed)
        jobs.ended.connect(self._on_job_ended)

    def _fill_runs(self) -> None:
        """List what can be opened: the dialogs, then the runs that are there, the newest first."""
        self._runs.clear()
        self._runs.addAction("A run or a folder of pictures …").triggered.connect(self.open_asked)
        self._runs.addAction("A file (.vaez, npz, npy, IDX, a picture) …").triggered.connect(self.open_file_asked)
        self._runs.addSection("Your runs")
        runs = known_runs()[:_MOST_RUNS]
        for path in runs:
            self._runs.addAction(path.name).triggered.connect(lambda _checked, path=path: self.run_chosen.emit(path))
        if not runs:
            self._runs.addAction("None yet").setEnabled(False)

    def _on_device_chosen(self, name: str) -> None:
        self._studio.device = name

    def _on_cancel_clicked(self) -> None:
        for slot in list(self._jobs):
            if slot == "train":
                self._studio.trainer.stop()
            else:
                self._studio.jobs.give_up(slot)

    def _refresh(self, *_unused: object) -> None:
        phase = self._studio.phase
        idle = phase is Phase.IDLE
        running = phase in (Phase.TRAINING, Phase.PAUSED)
        self._train.setEnabled(idle)
        self._train.setText("Continue" if idle and self._studio.can_continue else "Train")
        self._pause.setEnabled(running)
        self._pause.setText("Go on" if phase is Phase.PAUSED else "Pause")
        set_icon(self._pause, "play" if phase is Phase.PAUSED else "pause")
        self._stop.setEnabled(running or phase is Phase.PREPARING)
        for widget in (self._new, self._open, self._device):
            widget.setEnabled(idle)
        self._save.setEnabled(idle and self._studio.folder is not None)
        if idle and not self._jobs:
            self._show(0.0, "")
        elif phase is Phase.STOPPING:
            self._show(-1, "Stopping and saving …")

    def _on_progressed(self, progress: Progress) -> None:
        if self._studio.phase is Phase.STOPPING:
            return
        left = progress.seconds_left
        text = f"Epoch {progress.epoch:.1f} of {progress.epochs}"
        if self._studio.phase is Phase.PAUSED:
            text += ", paused"
        elif left < float("inf"):
            text += f", {duration(left)} left"
        self._show(progress.epoch / progress.epochs, text)

    def _on_job_started(self, slot: str, title: str) -> None:
        self._jobs[slot] = title
        self._cancel_action.setVisible(True)
        self._show(-1, f"{title} …")

    def _on_job_progressed(self, slot: str, share: float, text: str) -> None:
        if slot in self._jobs and not self._training():
            self._show(share, text if share < 0 else f"{self._jobs.get(slot, text)}, {share:.0%}")

    def _on_job_ended(self, slot: str) -> None:
        self._jobs.pop(slot, None)
        self._cancel_action.setVisible(bool(self._jobs))
        if self._training():
            return
        if self._jobs:
            self._show(-1, f"{next(reversed(self._jobs.values()))} …")
        else:
            self._show(0.0, "")

    def _training(self) -> bool:
        return self._studio.phase in (Phase.TRAINING, Phase.PAUSED, Phase.STOPPING)

    def _show(self, share: float, text: str) -> None:
        self._bar.setRange(0, _FINE if share >= 0 else 0)  # an empty range is drawn as "busy"
        self._bar.setValue(int(max(share, 0) * _FINE))
        self._bar.setFormat(text)
        self._cancel_action.setVisible(bool(self._jobs))


def duration(seconds: float) -> str:
    """Return a time as people say it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def _named_button(icon: str, text: str, tip: str, name: str) -> QToolButton:
    button = tool_button(icon, tip)
    button.setText(text)
    button.setObjectName(name)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    return button


def _space(width: int) -> QWidget:
    space = QWidget()
    space.setFixedWidth(width)
    return space
