"""The kinds of path with their numbers, one of them chosen."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableWidget, QTableWidgetItem, QWidget

from vae_studio.latent.path_report import PathReport
from vae_studio.latent.paths import PATHS

_KINDS = tuple(PATHS)
_HEADS = (
    ("Way", "The way from stop to stop; click a row to take it"),
    ("Length", "How much the picture changes on the whole way: the sum of the distances between its pictures"),
    ("Varies", "How unevenly the picture changes at even steps in the codes; the speed can even it out"),
    ("Support", "How much data lies at the loneliest place of the way, 0 to 100; 0: none"),
)


class WayTable(QTableWidget):
    """A row for each kind of path; a click or the arrow keys choose one."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(len(_KINDS), len(_HEADS), parent)
        self._cells: list[list[QTableWidgetItem]] = [[] for _ in _KINDS]
        self._refused: dict[str, str] = {}
        self.setObjectName("pathPicker")
        self.setAccessibleName("Kind of path")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._fill()
        self.show_reports({}, "", -1.0)
        self.currentCellChanged.connect(self._on_current_changed)

    def choose(self, kind: str) -> None:
        """Mark a kind without announcing it."""
        blocker = QSignalBlocker(self)
        self.setCurrentCell(_KINDS.index(kind), 0)
        blocker.unblock()

    def set_refused(self, kinds: dict[str, str]) -> None:
        """Let some kinds not be chosen, for the reasons given."""
        self._refused = kinds
        for row, kind in enumerate(_KINDS):
            for cell in self._cells[row]:
                on = cell.flags() | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
                off = on & ~Qt.ItemFlag.ItemIsEnabled & ~Qt.ItemFlag.ItemIsSelectable
                cell.setFlags(off if kind in kinds else on)

    def show_reports(self, reports: dict[str, PathReport | str], measuring: str, share: float) -> None:
        """Show what is known of each kind, and how far the one is that is being measured."""
        for row, kind in enumerate(_KINDS):
            report = self._refused.get(kind) or reports.get(kind)
            words, tip = ("", "", ""), f"<b>{PATHS[kind].title}</b>. {PATHS[kind].summary}"
            if kind == measuring:
                words = (f"{share:.0%}" if share > 0 else "…", "", "")
                tip += " It is being measured."
            elif isinstance(report, PathReport):
                support = "–" if report.least_support is None else f"{report.least_support:.0f}"
                words = (f"{report.length:.3g}", f"{report.unevenness:.0%}", support)
                tip += f" {report.sentence()[:1].upper()}{report.sentence()[1:]}"
            elif report:
                words, tip = ("–", "–", "–"), report
            for column, word in enumerate(("", *words)):
                cell = self._cells[row][column]
                if column:
                    cell.setText(word)
                cell.setToolTip(f"<qt>{tip}</qt>")

    def text(self, kind: str, column: int) -> str:
        """Return what stands in a cell."""
        return self._cells[_KINDS.index(kind)][column].text()

    def _fill(self) -> None:
        for column, (head, tip) in enumerate(_HEADS):
            item = QTableWidgetItem(head)
            item.setToolTip(tip)
            item.setTextAlignment(Qt.AlignmentFlag.AlignLeft if not column else Qt.AlignmentFlag.AlignRight)
            self.setHorizontalHeaderItem(column, item)
            mode = QHeaderView.ResizeMode.ResizeToContents if column else QHeaderView.ResizeMode.Stretch
            self.horizontalHeader().setSectionResizeMode(column, mode)
            for row, kind in enumerate(_KINDS):
                cell = QTableWidgetItem("" if column else PATHS[kind].title)
                if column:
                    cell.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(row, column, cell)
                self._cells[row].append(cell)
        self.horizontalHeader().setMinimumSectionSize(40)
        self.horizontalHeader().setHighlightSections(False)
        line = self.fontMetrics().height() + 4
        self.verticalHeader().setMinimumSectionSize(line)
        self.verticalHeader().setDefaultSectionSize(line)
        self.horizontalHeader().setFixedHeight(line)
        self.setFixedHeight((len(_KINDS) + 1) * line + 2 * self.frameWidth())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _on_current_changed(self, row: int, _column: int, before: int, _before_column: int) -> None:
        if row >= 0 and row != before:
            self.chosen.emit(_KINDS[row])
