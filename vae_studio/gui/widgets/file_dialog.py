"""Asking for files and folders: each question begins in the folder of the last answer."""

from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QFileDialog, QWidget

_SAVED, _OPENED = "saveFolder", "lastFolder"  # properties of the window, and their names in its settings


def ask_where_to_save(parent: QWidget, title: str, name: str, kinds: str = "") -> Path | None:
    """Return the file that the user chose, or None; `kinds` as Qt has them: "PNG picture (*.png)"."""
    chosen, _ = QFileDialog.getSaveFileName(parent, title, str(_last(parent, _SAVED) / name), kinds)
    return _answer(parent, _SAVED, chosen)


def ask_for_file(parent: QWidget, title: str, kinds: str = "") -> Path | None:
    """Return the file to open that the user chose, or None."""
    chosen, _ = QFileDialog.getOpenFileName(parent, title, str(_last(parent, _OPENED)), kinds)
    return _answer(parent, _OPENED, chosen)


def ask_for_folder(parent: QWidget, title: str) -> Path | None:
    """Return the folder to open that the user chose, or None."""
    chosen = QFileDialog.getExistingDirectory(parent, title, str(_last(parent, _OPENED)))
    return _answer(parent, _OPENED, chosen)


def remember_opened(window: QWidget, path: Path) -> None:
    """Begin the next question for something to open where this was: it came without a question."""
    window.setProperty(_OPENED, str(path.parent))


def restore_folders(window: QWidget, settings: QSettings) -> None:
    """Begin where the questions of the last start of the program ended."""
    for name in (_SAVED, _OPENED):
        window.setProperty(name, settings.value(name))


def keep_folders(window: QWidget, settings: QSettings) -> None:
    """Write down for the next start where the questions ended."""
    for name in (_SAVED, _OPENED):
        settings.setValue(name, window.property(name))


def _last(widget: QWidget, name: str) -> Path:
    """Return the folder of the last answer, or the user's own where there is none any more."""
    kept = Path(str(_main_window(widget).property(name) or Path.home()))
    return kept if kept.is_dir() else Path.home()


def _answer(widget: QWidget, name: str, chosen: str) -> Path | None:
    if not chosen:
        return None
    _main_window(widget).setProperty(name, str(Path(chosen).parent))
    return Path(chosen)


def _main_window(widget: QWidget) -> QWidget:
    """Return the window that all is in: dialogs and docks that float are windows of their own, within it."""
    window = widget.window()
    while (parent := window.parentWidget()) is not None:
        window = parent.window()
    return window
