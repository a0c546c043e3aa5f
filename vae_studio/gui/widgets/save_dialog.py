"""Asking where to save a file: each question begins in the folder of the last answer."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

SAVE_FOLDER = "saveFolder"  # property of the window, which keeps it from one start to the next


def ask_where_to_save(parent: QWidget, title: str, name: str, kinds: str = "") -> Path | None:
    """Return the file that the user chose, or None; `kinds` as Qt has them: "PNG picture (*.png)"."""
    window = _main_window(parent)
    kept = Path(str(window.property(SAVE_FOLDER) or Path.home()))
    folder = kept if kept.is_dir() else Path.home()
    chosen, _ = QFileDialog.getSaveFileName(parent, title, str(folder / name), kinds)
    if not chosen:
        return None
    window.setProperty(SAVE_FOLDER, str(Path(chosen).parent))
    return Path(chosen)


def _main_window(widget: QWidget) -> QWidget:
    """Return the window that all is in: dialogs and docks that float are windows of their own, within it."""
    window = widget.window()
    while (parent := window.parentWidget()) is not None:
        window = parent.window()
    return window
