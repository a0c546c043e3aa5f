"""What stands above the curves: a switch for each term, and what can be done with the plot."""

from collections.abc import Mapping

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QHBoxLayout, QWidget

from vae_studio.gui.layouts import add_layout
from vae_studio.gui.theme import tool_button

_EDGE, _GAP = 8, 10  # pixels


class LossBar(QWidget):
    """The buttons stand beside the switches, or below them where there is no room."""

    def __init__(self, titles: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.switches = {term: QCheckBox(title) for term, title in titles.items()}
        self.log = tool_button("log-scale", "Logarithmic scale", checkable=True)
        self.reset = tool_button("fit", "Show everything, and follow the curves again")
        self.png = tool_button("camera", "Save the plot as a picture")
        self.csv = tool_button("save", "Save the numbers as a table")
        self._parts = QHBoxLayout(), QHBoxLayout()
        for term, switch in self.switches.items():
            switch.setChecked(True)
            switch.setObjectName(f"lossTerm_{term}")
            switch.setToolTip("Nats per image; total is the negative ELBO. Solid: training, dashed: held out")
            self._parts[0].addWidget(switch)
        for part in self._parts:
            part.setSpacing(_GAP)
            part.addStretch(1)
        for button in (self.log, self.reset, self.png, self.csv):
            self._parts[1].addWidget(button)
        self._rows = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._rows.setContentsMargins(_EDGE, 2, _EDGE, 0)
        self._rows.setSpacing(2)
        for part in self._parts:
            add_layout(self._rows, part)

    def minimumSizeHint(self) -> QSize:
        wide = max(part.minimumSize().width() for part in self._parts) + 2 * _EDGE
        return QSize(wide, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        needed = sum(part.minimumSize().width() for part in self._parts) + self._rows.spacing() + 2 * _EDGE
        fits = self.width() >= needed
        self._rows.setDirection(QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom)
