"""The queue of an experiment: a row for each run."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from vae_studio.export.comparison.outcome import Outcome
from vae_studio.runs.variation import Trial

_HEAD = ("Run", "State", "negative ELBO")


class TrialTable(QTableWidget):
    """Shows how far each run is; a double click on a finished one asks to open it."""

    open_asked = Signal(str)  # the run's name

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(_HEAD), parent)
        self._names: list[str] = []
        self._cells: list[list[QTableWidgetItem]] = []
        self.setObjectName("trialTable")
        self.setAccessibleName("Runs of the experiment")
        self.setToolTip("Double-click a finished run to open it in the window")
        self.setHorizontalHeaderLabels(_HEAD)
        self.verticalHeader().hide()
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setWordWrap(False)
        head = self.horizontalHeader()
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.cellDoubleClicked.connect(self._on_double_clicked)

    def set_trials(self, trials: Sequence[Trial]) -> None:
        """List runs that have not begun."""
        self._names = [trial.name for trial in trials]
        self.setRowCount(len(trials))
        self._cells = [[QTableWidgetItem(text) for text in (trial.title, "waiting", "")] for trial in trials]
        for row, cells in enumerate(self._cells):
            for column, cell in enumerate(cells):
                self.setItem(row, column, cell)

    def set_state(self, row: int, text: str) -> None:
        """Say how far a run is."""
        self._cells[row][1].setText(text)

    def set_outcome(self, outcome: Outcome) -> None:
        """Say how a run ended."""
        if outcome.name not in self._names:
            return
        row = self._names.index(outcome.name)
        self.set_state(row, outcome.state)
        self._cells[row][1].setToolTip(outcome.sentence)
        figure = outcome.figures.get("negative_elbo")
        item = self._cells[row][2]
        item.setText("" if figure is None else f"{figure:.2f}")
        item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def _on_double_clicked(self, row: int, _column: int) -> None:
        if self._cells[row][1].text() == "finished":
            self.open_asked.emit(self._names[row])
