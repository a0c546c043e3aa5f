"""The front desk: what the user brings to the window, and where the run is saved."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from vae_studio.gui.phased import Phase
from vae_studio.gui.studio import Studio
from vae_studio.gui.widgets.file_dialog import ask_for_file, ask_for_folder, ask_where_to_save, remember_opened

_SUFFIX = ".vaez"


class FrontDesk(QObject):
    """Asks for files and folders, and hands them to the studio."""

    taken = Signal()  # something was brought; whoever asked for it may go
    refused = Signal(str)  # a sentence

    def __init__(self, studio: Studio, window: QWidget) -> None:
        super().__init__(window)
        self._studio, self._window = studio, window

    def ask_open(self) -> None:
        """Let the user choose a run or a folder of pictures."""
        if self._is_training("open something else"):
            return
        folder = ask_for_folder(self._window, "A run, or a folder of pictures")
        if folder is not None:
            self.open(folder)

    def ask_open_file(self) -> None:
        """Let the user choose a run in one file, a file of pictures, or a single picture to encode."""
        file = ask_for_file(self._window, "A run, pictures, or one picture")
        if file is not None:
            self.open(file)

    def open(self, path: Path) -> None:
        """Open what was chosen, dropped or named."""
        remember_opened(self._window, path)
        self.taken.emit()
        self._studio.open_path(path)

    def take_source(self, source: str) -> None:
        """Train on a set by its name, or open what lies at a path."""
        self.taken.emit()
        if Path(source).exists():
            self._studio.open_path(Path(source))
        else:
            self._studio.choose_source(source)

    def ask_save(self) -> None:
        """Let the user save the run as one file."""
        folder = self._studio.folder
        if folder is None:
            self.refused.emit("There is no run to save yet; train one first.")
            return
        if self._is_training("save the run"):
            return
        name = f"{folder.path.name}{_SUFFIX}"
        file = ask_where_to_save(self._window, "Save the run in one file", name, f"VAE Studio (*{_SUFFIX})")
        if file is not None:
            self._studio.errands.save_as_file(file if file.suffix == _SUFFIX else Path(f"{file}{_SUFFIX}"))

    def _is_training(self, wish: str) -> bool:
        if training := self._studio.phase is not Phase.IDLE:  # said before anybody has chosen a file for it
            self.refused.emit(f"Stop the training first, then {wish}.")
        return training
