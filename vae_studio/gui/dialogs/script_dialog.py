"""The recipe as a Python script: to read, to copy, to save."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from vae_studio.gui.layouts import add_layout
from vae_studio.gui.theme import set_icon
from vae_studio.gui.widgets.file_dialog import ask_where_to_save


class ScriptDialog(QDialog):
    """Shows a script; `save` writes it, with its pictures, where the user says."""

    def __init__(self, text: str, file: str, save: Callable[[Path], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._save = save
        self.setObjectName("scriptDialog")
        self.setWindowTitle("The training as Python")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        about = QLabel(
            "The same model and loop in plain PyTorch, in float32. "
            + (f"It reads the pictures from {file}, which is saved with it." if file else "It needs no other file.")
        )
        about.setProperty("role", "caption")
        about.setWordWrap(True)
        self.text = QPlainTextEdit(text)
        self.text.setObjectName("scriptText")
        self.text.setAccessibleName("Python script")
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.copy_button = _button("Copy", "copyScriptButton", "copy")
        self.save_button = _button("Save …", "saveScriptButton", "save")
        self.copy_button.clicked.connect(self._copy)
        self.save_button.clicked.connect(self._ask)
        row = QHBoxLayout()
        row.addWidget(about, 1)
        row.addWidget(self.copy_button)
        row.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.addWidget(self.text, 1)
        add_layout(column, row)
        self.resize(900, 680)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.copy_button.setText("Copied")

    def _ask(self) -> None:
        file = ask_where_to_save(self, "Save the script", "train.py", "Python (*.py)")
        if file is not None:
            self._save(file if file.suffix == ".py" else Path(f"{file}.py"))


def _button(text: str, name: str, icon: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAutoDefault(False)
    set_icon(button, icon)
    return button
