"""Texts that need more room than they have."""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
    QTableWidget,
    QToolButton,
    QWidget,
)

from vae_studio.gui.widgets.choice_tile import ChoiceTile
from vae_studio.gui.widgets.elided_button import ElidedButton
from vae_studio.gui.widgets.elided_label import ElidedLabel

_SPARE = 1  # pixels that rounding may take


def cut_texts(window: QWidget) -> list[str]:
    """Return a line for each visible text that is cut and has no tool tip that tells the whole."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or widget.visibleRegion().isEmpty():
            continue
        text, need, room = _measured(widget)
        if not text:
            continue
        if need[0] > room[0] + _SPARE or need[1] > room[1] + _SPARE:
            found.append(f"{_name(widget)}: {text!r} needs {need[0]} x {need[1]}, has {room[0]} x {room[1]}")
        elif hidden := _outside(widget):
            found.append(f"{_name(widget)}: {text!r} lies {hidden} of what is seen")
    return found


def _measured(widget: QWidget) -> tuple[str, tuple[int, int], tuple[int, int]]:
    """Return a widget's text, the room that it needs and the room that it has; no text where none can be cut."""
    size = (widget.width(), widget.height())
    if isinstance(widget, ElidedLabel):
        return widget.text(), (0 if _told(widget) else 1 << 20, widget.minimumSizeHint().height()), size
    if isinstance(widget, QLabel):
        return _of_label(widget, size)
    if isinstance(widget, ChoiceTile):
        return widget.text(), widget.needed().toTuple(), size
    if isinstance(widget, ElidedButton):
        return widget.text(), (0 if _told(widget) else 1 << 20, widget.sizeHint().height()), size
    if isinstance(widget, QPushButton | QToolButton | QCheckBox):
        shown = widget.text() if not _icon_alone(widget) else ""
        hint = widget.sizeHint()
        return shown, (hint.width(), hint.height()), size
    if isinstance(widget, QComboBox):
        option = QStyleOptionComboBox()
        widget.initStyleOption(option)
        field = widget.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, widget
        )
        text = widget.currentText()
        return text, (widget.fontMetrics().horizontalAdvance(text), 0), (field.width(), field.height())
    if isinstance(widget, QProgressBar):
        text = widget.text() if widget.isTextVisible() else ""
        return text, (widget.fontMetrics().horizontalAdvance(text), 0), size
    return _of_row(widget)


def _told(widget: ElidedLabel | ElidedButton) -> bool:
    """Tell whether the whole text is seen, or stands in the tip that is shown for the widget."""
    if widget.shown_text() == widget.text():
        return True
    tipped = widget
    while not tipped.toolTip() and tipped.parentWidget() is not None:
        tipped = tipped.parentWidget()
    return widget.text() in " ".join(tipped.toolTip().split())


def _of_label(label: QLabel, size: tuple[int, int]) -> tuple[str, tuple[int, int], tuple[int, int]]:
    text = label.text()
    if label.wordWrap():
        return text, (label.minimumSizeHint().width(), label.heightForWidth(label.width())), size
    return text, (label.sizeHint().width(), label.sizeHint().height()), size


def _of_row(widget: QWidget) -> tuple[str, tuple[int, int], tuple[int, int]]:
    """Return the tab, or the head of a table, that is worst off."""
    cells: list[tuple[str, int, int]] = []
    if isinstance(widget, QTabBar):
        cells = [
            (
                widget.tabText(tab),
                widget.fontMetrics().horizontalAdvance(widget.tabText(tab)),
                widget.tabRect(tab).width(),
            )
            for tab in range(widget.count())
            if widget.tabToolTip(tab) != widget.tabText(tab)
        ]
    elif isinstance(widget, QHeaderView) and widget.orientation() is Qt.Orientation.Horizontal:
        model = widget.model()
        heads = [str(model.headerData(i, widget.orientation()) or "") for i in range(widget.count())]
        cells = [
            (head, widget.fontMetrics().horizontalAdvance(head), widget.sectionSize(i)) for i, head in enumerate(heads)
        ]
    elif isinstance(widget, QTableWidget):
        items = [widget.item(row, column) for row in range(widget.rowCount()) for column in range(widget.columnCount())]
        cells = [
            (item.text(), widget.fontMetrics().horizontalAdvance(item.text()), widget.columnWidth(item.column()))
            for item in items
            if item is not None and item.text() not in item.toolTip()
        ]
    text, need, room = max(cells, key=lambda cell: cell[1] - cell[2], default=("", 0, 0))
    return text, (need, 0), (room, 0)


def _icon_alone(button: QAbstractButton) -> bool:
    return (
        isinstance(button, QToolButton)
        and button.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly
        and not button.icon().isNull()
    )


def _outside(widget: QWidget) -> str:
    """Tell where an ancestor cuts a widget; what can be scrolled to is not cut."""
    shown, ancestor = widget, widget.parentWidget()
    while ancestor is not None and not shown.isWindow():
        place, area = QRect(shown.mapTo(ancestor, QPoint()), shown.size()), ancestor.parentWidget()
        scrolls = isinstance(area, QAbstractScrollArea) and ancestor is area.viewport()
        across = scrolls and area.horizontalScrollBarPolicy() is not Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        if not across and (place.left() < -_SPARE or place.right() > ancestor.width() + _SPARE):
            return f"beside {_name(ancestor)}, at {place.left()} to {place.right()} of {ancestor.width()}"
        if not scrolls and (place.top() < -_SPARE or place.bottom() > ancestor.height() + _SPARE):
            return f"below {_name(ancestor)}, at {place.top()} to {place.bottom()} of {ancestor.height()}"
        shown = area if scrolls else shown
        ancestor = shown.parentWidget() if scrolls else area
    return ""


def _name(widget: QWidget) -> str:
    names = [widget.objectName() or type(widget).__name__]
    while (widget := widget.parentWidget()) is not None and len(names) < 4:
        if widget.objectName() and not widget.objectName().startswith("qt_"):
            names.append(widget.objectName())
    return " in ".join(names)
