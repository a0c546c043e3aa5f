"""Layouts within layouts."""

from typing import Any

from PySide6.QtWidgets import QBoxLayout, QGridLayout, QLayout
from shiboken6 import Shiboken


def add_layout(outer: QBoxLayout | QGridLayout, inner: QLayout, *where: Any) -> None:
    """Do what `outer.addLayout(inner, *where)` does, and let Python forget the inner one's items.

    PySide makes an object of each item and keeps it for as long as the outer layout. Qt deletes the item with its
    widget and tells nobody. Then the object stands for an address at which soon something else lies, and when that is
    deleted in its turn the process may die: measured with a thread that had ended.
    """
    outer.addLayout(inner, *where)
    _forget_items(inner)


def _forget_items(layout: QLayout) -> None:
    for place in range(layout.count()):
        item = layout.itemAt(place)
        if item is None:
            continue
        nested = item.layout()
        if nested is not None:
            _forget_items(nested)
        elif not Shiboken.createdByPython(item):
            Shiboken.invalidate(item)
