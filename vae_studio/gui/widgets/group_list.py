"""The list of groups: a colour, a name that can be edited, and a count for each."""

from PySide6.QtCore import QPoint, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QColorDialog, QHeaderView, QMenu, QTreeWidget, QTreeWidgetItem, QWidget

from vae_studio.gui.widgets.empty_text import paint_empty
from vae_studio.runs.groups import Groups

_SWATCH = 14  # pixels


class GroupList(QTreeWidget):
    """Shows groups; what is done to them is asked for by signals."""

    chosen = Signal(object)  # places, ascending
    renamed = Signal(int, str)
    recoloured = Signal(int, str)
    removal_asked = Signal()

    def __init__(self, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._empty = empty
        self.setObjectName("groupList")
        self.setAccessibleName("Groups of pictures")
        self.setToolTip("Click: show on the map · Ctrl-click: several · Double-click or F2: rename · Right-click: more")
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setIconSize(QSize(_SWATCH, _SWATCH))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        edits = QAbstractItemView.EditTrigger
        self.setEditTriggers(edits.DoubleClicked | edits.EditKeyPressed)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu_asked)
        self.itemChanged.connect(self._on_item_changed)
        self.itemSelectionChanged.connect(lambda: self.chosen.emit(self.places()))

    def show_groups(self, groups: Groups) -> None:
        """Show groups; while there are as many as before, the same places stay chosen."""
        blocker = QSignalBlocker(self)
        if self.topLevelItemCount() != len(groups):
            self.clear()
            for _ in groups.groups:
                row = QTreeWidgetItem()
                row.setFlags(row.flags() | Qt.ItemFlag.ItemIsEditable)
                row.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.addTopLevelItem(row)
        for item, group in zip(self._items(), groups.groups, strict=True):  # one whose name was typed must stay itself
            item.setText(0, group.name)
            item.setText(1, f"{len(group):,}")
            item.setIcon(0, _swatch(group.colour))
        blocker.unblock()
        self.viewport().update()

    def places(self) -> list[int]:
        """Return the places of the groups that are chosen."""
        return sorted(self.indexOfTopLevelItem(item) for item in self.selectedItems())

    def choose(self, places: list[int]) -> None:
        """Choose groups without announcing it."""
        blocker = QSignalBlocker(self)
        for place, item in enumerate(self._items()):
            item.setSelected(place in places)
            if place in places:
                self.scrollToItem(item)
        blocker.unblock()
        self.viewport().update()

    def edit(self, *arguments: object) -> object:  # type: ignore[override]
        """Let only names be edited, never counts."""
        if arguments and getattr(arguments[0], "column", lambda: 0)() == 1:
            return False
        return super().edit(*arguments)  # type: ignore[call-overload]

    def sizeHint(self) -> QSize:
        return QSize(240, 120)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        editing = self.state() == QAbstractItemView.State.EditingState
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not editing and self.places():
            self.removal_asked.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.topLevelItemCount():
            painter = QPainter(self.viewport())
            paint_empty(painter, QRectF(self.viewport().rect()), self.palette(), self._empty)
            painter.end()

    def _items(self) -> list[QTreeWidgetItem]:
        return [item for place in range(self.topLevelItemCount()) if (item := self.topLevelItem(place)) is not None]

    def _on_item_changed(self, item: QTreeWidgetItem, column: int) -> None:
        if column == 0:
            self.renamed.emit(self.indexOfTopLevelItem(item), item.text(0))

    def _on_menu_asked(self, place: QPoint) -> None:
        item = self.itemAt(place)
        if item is None:
            return
        menu = QMenu(self)
        menu.addAction("Rename", lambda: self.editItem(item, 0))
        menu.addAction("Colour …", lambda: self._ask_colour(item))
        menu.addAction("Delete", self.removal_asked.emit)
        menu.exec(self.viewport().mapToGlobal(place))
        menu.deleteLater()

    def _ask_colour(self, item: QTreeWidgetItem) -> None:
        colour = QColorDialog.getColor(parent=self, title=f"The colour of {item.text(0)}")
        if colour.isValid():
            self.recoloured.emit(self.indexOfTopLevelItem(item), colour.name())


def _swatch(colour: str) -> QIcon:
    pixmap = QPixmap(2 * _SWATCH, 2 * _SWATCH)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(QRectF(pixmap.rect()).adjusted(2, 2, -2, -2), 7, 7)
    painter.end()
    return QIcon(pixmap)
