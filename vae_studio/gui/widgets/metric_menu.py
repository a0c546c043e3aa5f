"""The metrics that are measured beside the losses: a button with a menu of ticks."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from vae_studio.evaluation.metrics.catalogue import METRICS

_TICKED = ("fidelity", "information", "knn")  # quick, and known of most sets


class MetricMenu(QToolButton):
    """A menu with a row for each metric of the catalogue."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("metricsButton")
        self.setText("Metrics")
        self.setToolTip("What is measured beside the losses")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        self.rows = {name: menu.addAction(row.title) for name, row in METRICS.items()}
        for name, action in self.rows.items():
            action.setCheckable(True)
            action.setChecked(name in _TICKED)
            action.setToolTip(METRICS[name].summary)
            action.toggled.connect(lambda _on: self.changed.emit())
        self.setMenu(menu)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The names of the ticked metrics, in the catalogue's order."""
        return tuple(name for name, action in self.rows.items() if action.isChecked())
