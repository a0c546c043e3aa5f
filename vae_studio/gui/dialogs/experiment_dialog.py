"""Experiments: what is varied, the queue of runs, and what is known of them so far."""

from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from vae_studio.errors import UsageError
from vae_studio.export.comparison.comparison import Comparison
from vae_studio.export.comparison.outcome import Outcome
from vae_studio.export.comparison.page import SHEET
from vae_studio.gui.actions import duration
from vae_studio.gui.layouts import add_layout
from vae_studio.gui.phased import Phase
from vae_studio.gui.studio import Studio
from vae_studio.gui.theme import set_icon
from vae_studio.gui.widgets.comparison_view import ComparisonView
from vae_studio.gui.widgets.trial_table import TrialTable
from vae_studio.gui.widgets.variation_form import VariationForm
from vae_studio.gui.workers.experiment_worker import Standing
from vae_studio.plural import counted
from vae_studio.runs.home import EXPERIMENTS, runs_home
from vae_studio.runs.store import RUNS
from vae_studio.runs.variation import Trial

_MANY = 24  # runs that are begun at the first press
_FINE = 1000  # steps of the progress bar


class ExperimentDialog(QDialog):
    """Shows the experiment desk; closing it lets the runs go on."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio, self._desk = studio, studio.experiments
        self._written = True  # whether the form says what is asked for, and not the queue that waits
        self._confirmed = 0  # how many runs the user was told of and pressed Start again for
        self.setObjectName("experimentDialog")
        self.setWindowTitle("Experiments")
        self.form = VariationForm()
        self.queue = TrialTable()
        self.view = ComparisonView()
        self._word = QLabel()
        self._bar = QProgressBar()
        self._start = _button("Start", "startExperimentButton", "train")
        self._pause = _button("Pause", "pauseExperimentButton", "pause")
        self._stop = _button("Stop", "stopExperimentButton", "stop")
        self._open = _button("Open …", "openExperimentButton", "open")
        self._sheet = _button("Show the sheet", "sheetButton", "export")
        self._lay_out()
        self._connect()
        self.form.set_recipe(studio.recipe)
        self._on_edited()
        self._on_phase_changed(self._desk.phase)

    def _lay_out(self) -> None:
        self._word.setObjectName("experimentWord")
        self._word.setWordWrap(True)
        self._bar.setObjectName("experimentProgress")
        self._bar.setRange(0, _FINE)
        self._start.setProperty("primary", True)
        self._sheet.setToolTip("Open the sheet of all runs in the browser; tables lie beside it")
        buttons = QHBoxLayout()
        for widget in (self._start, self._pause, self._stop):
            buttons.addWidget(widget)
        buttons.addWidget(self._bar, 1)
        buttons.addWidget(self._open)
        buttons.addWidget(self._sheet)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.queue)
        split.addWidget(self.view)
        split.setSizes([380, 700])
        column = QVBoxLayout(self)
        column.addWidget(self.form)
        column.addWidget(self._word)
        add_layout(column, buttons)
        column.addWidget(split, 1)
        self.resize(1100, 760)

    def _connect(self) -> None:
        desk = self._desk
        self.form.edited.connect(self._on_edited)
        self._start.clicked.connect(self._on_start_clicked)
        self._pause.clicked.connect(desk.pause)
        self._stop.clicked.connect(desk.stop)
        self._open.clicked.connect(self._on_open_clicked)
        self._sheet.clicked.connect(self._on_sheet_clicked)
        self.queue.open_asked.connect(self._on_open_asked)
        desk.phase_changed.connect(self._on_phase_changed)
        desk.planned.connect(self._on_planned)
        desk.stood.connect(self._on_stood)
        desk.run_ended.connect(self._on_run_ended)
        desk.told.connect(self._say)
        self._studio.desk.recipe_changed.connect(self._on_recipe_changed)

    def _trials(self) -> list[Trial]:
        return self._desk.trials_of(self.form.rows(), self.form.seeds())

    def _on_recipe_changed(self) -> None:
        if self._desk.phase is Phase.IDLE:
            self.form.set_recipe(self._studio.recipe)

    def _on_edited(self) -> None:
        self._confirmed, self._written = 0, True
        if not any(text.strip() for _, text in self.form.rows()):
            self._say("info", "Every combination of the values is trained by the recipe of the window, one by one.")
            return
        try:
            queue = self._trials()
        except UsageError as error:
            self._say("error", str(error))
        else:
            self._say("info", _counted(queue))

    def _on_start_clicked(self) -> None:
        try:
            waits = self._desk.pending and not self._written
            queue = self._desk.trials if waits else self._trials()
            if len(queue) > _MANY and self._confirmed != len(queue):
                self._confirmed = len(queue)
                self._say("error", f"{_counted(queue)} Press Start once more to train them all.")
                return
            self._desk.start(queue)
        except UsageError as error:
            self._say("error", str(error))

    def _on_planned(self, trials: list[Trial]) -> None:
        self._written = False
        self.queue.set_trials(trials)
        self.view.clear_comparison()
        self._bar.setValue(0)

    def _on_stood(self, standing: Standing) -> None:
        self.queue.set_state(standing.number, f"epoch {standing.epoch:.1f} of {standing.epochs}")
        settings = list(dict.fromkeys(str(trial.settings) for trial in self._desk.trials))
        self.view.set_live(standing.curve, settings.index(str(standing.trial.settings)))
        share = (standing.number + standing.epoch / standing.epochs) / len(self._desk.trials)
        self._bar.setValue(int(share * _FINE))
        left = f", {duration(standing.seconds_left)} left" if standing.seconds_left < float("inf") else ""
        self._bar.setFormat(f"Run {standing.number + 1} of {len(self._desk.trials)}{left}")

    def _on_run_ended(self, outcome: Outcome, comparison: Comparison) -> None:
        self.queue.set_outcome(outcome)
        self.view.set_comparison(comparison)
        self._sheet.setEnabled(True)

    def _on_phase_changed(self, phase: Phase) -> None:
        running = phase in (Phase.TRAINING, Phase.PAUSED)
        self.form.setEnabled(phase is Phase.IDLE)
        self._start.setEnabled(phase is Phase.IDLE)
        self._open.setEnabled(phase is Phase.IDLE)
        self._pause.setEnabled(running)
        self._pause.setText("Go on" if phase is Phase.PAUSED else "Pause")
        self._stop.setEnabled(running or phase is Phase.PREPARING)
        self._sheet.setEnabled(self._desk.comparison is not None)
        if phase is Phase.PREPARING:
            self._say("info", "Looking all runs over …")
        elif phase is Phase.TRAINING and self._desk.path is not None:
            self._say("info", f"Training; runs and sheet are saved in {self._desk.path}.")
        elif phase is Phase.IDLE:
            self._bar.setFormat("")

    def _on_open_clicked(self) -> None:
        place = str(runs_home() / EXPERIMENTS)
        folder = QFileDialog.getExistingDirectory(self, "The folder of an experiment", place)
        if folder:
            self._desk.open(Path(folder))

    def _on_sheet_clicked(self) -> None:
        if self._desk.path is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._desk.path / SHEET)))

    def _on_open_asked(self, name: str) -> None:
        if self._desk.path is not None:
            self._studio.open_path(self._desk.path / RUNS / name)

    def _say(self, kind: str, sentence: str) -> None:
        self._word.setText(sentence)
        self._word.setProperty("role", "error" if kind == "error" else "caption")
        self._word.style().polish(self._word)


def _counted(queue: list[Trial]) -> str:
    count, epochs = len(queue), queue[0].recipe.training.epochs
    return f"{counted(count, 'run')} of {counted(epochs, 'epoch')}."


def _button(text: str, name: str, icon: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAutoDefault(False)
    set_icon(button, icon)
    return button
