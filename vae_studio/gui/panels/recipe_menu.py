"""What can be done with a recipe as a whole: opened, saved, shown as Python, compared with others."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from vae_studio.errors import StudioError
from vae_studio.gui.dialogs.experiment_dialog import ExperimentDialog
from vae_studio.gui.dialogs.script_dialog import ScriptDialog
from vae_studio.gui.studio import Studio
from vae_studio.gui.theme import set_icon
from vae_studio.gui.widgets.file_dialog import ask_for_file, ask_where_to_save
from vae_studio.gui.workers import tasks
from vae_studio.runs.course import Course
from vae_studio.runs.recipe_file import SUFFIX, save_recipe
from vae_studio.runs.script import script_for

_FILTER = f"Recipes (*{SUFFIX})"


class RecipeMenu(QToolButton):
    """A button with a menu beside the preset."""

    refused = Signal(str)  # a sentence

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._experiments: ExperimentDialog | None = None
        self.setObjectName("recipeMenuButton")
        self.setToolTip("Open or save the recipe as a file, show it as Python, or compare settings of it")
        self.setAccessibleName("Recipe as a file, as Python, or compared")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        set_icon(self, "settings")
        menu = QMenu(self)
        for text, name, act in (
            ("Open a recipe …", "openRecipeAction", self.ask_open),
            ("Save the recipe …", "saveRecipeAction", self.ask_save),
            ("Show as Python …", "showScriptAction", self.show_script),
            ("Compare settings …", "experimentAction", self.show_experiments),
        ):
            action = menu.addAction(text)
            action.setObjectName(name)
            action.triggered.connect(act)
        self.setMenu(menu)

    def ask_open(self) -> None:
        """Let the user choose a recipe."""
        file = ask_for_file(self, "A recipe", _FILTER)
        if file is not None:
            self._studio.open_path(file)

    def ask_save(self) -> None:
        """Let the user say where the recipe is written."""
        file = ask_where_to_save(self, "Save the recipe", f"recipe{SUFFIX}", _FILTER)
        if file is None:
            return
        path = file if str(file).endswith(SUFFIX) else Path(f"{file}{SUFFIX}")
        try:
            save_recipe(path, self._studio.desk.lasting_recipe(), self._comment())
        except StudioError as error:
            self.refused.emit(str(error))
        else:
            self._studio.tell_done(f"Saved {path}; train from it with: vae-studio train --recipe FILE.")

    def _comment(self) -> str:
        """Return what is to be said above the recipe, if it is that of the open run."""
        run = self._studio.run
        same = run is not None and run.asked == self._studio.recipe
        return Course.of(run.folder.facts).comment() if run is not None and same else ""

    def show_experiments(self) -> None:
        """Show the experiments, where values of this recipe are varied."""
        if self._experiments is None:
            self._experiments = ExperimentDialog(self._studio, self.window())
        self._experiments.show()
        self._experiments.activateWindow()

    def show_script(self) -> None:
        """Show the training that the recipe asks for as a plain PyTorch script."""
        recipe, images = self._studio.recipe, self._studio.images
        if images is None:
            self.refused.emit("The script is written for certain pictures; wait until they are open.")
            return
        try:
            script = script_for(recipe, images, "train.npz")
        except StudioError as error:
            self.refused.emit(str(error))
            return

        def save(path: Path) -> None:
            done = f"Saved {path}; run it with: python {path.name}"
            job = tasks.save_script(path, recipe, images)
            self._studio.jobs.start("script", "Saving the script", job, lambda _: self._studio.tell_done(done))

        ScriptDialog(script.text, script.file, save, self.window()).show()
