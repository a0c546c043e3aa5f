"""The main window: toolbar, map, docks and status bar around one studio."""

import contextlib
from pathlib import Path

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from vae_studio.data.catalogue import SOURCES
from vae_studio.gui.actions import ActionBar
from vae_studio.gui.desks.front import FrontDesk
from vae_studio.gui.desks.news import NewsDesk
from vae_studio.gui.docks import Docks
from vae_studio.gui.panels.centre_panel import CentrePanel
from vae_studio.gui.panels.diagnosis_panel import DiagnosisPanel
from vae_studio.gui.panels.groups_panel import GroupsPanel
from vae_studio.gui.panels.inspector_panel import InspectorPanel
from vae_studio.gui.panels.log_panel import LogPanel
from vae_studio.gui.panels.map_panel import MapPanel
from vae_studio.gui.panels.morph_panel import MorphPanel
from vae_studio.gui.panels.plane_bar import PlaneBar
from vae_studio.gui.panels.recipe_panel import RecipePanel
from vae_studio.gui.panels.reconstructions_panel import ReconstructionsPanel
from vae_studio.gui.panels.replay_bar import ReplayBar
from vae_studio.gui.panels.traversal_panel import TraversalPanel
from vae_studio.gui.phased import Phase
from vae_studio.gui.plots.loss_plot import LossPlot
from vae_studio.gui.studio import Studio
from vae_studio.gui.widgets.elided_label import ElidedLabel
from vae_studio.gui.widgets.file_dialog import keep_folders, restore_folders
from vae_studio.gui.widgets.message_bar import MessageBar
from vae_studio.gui.widgets.welcome_card import WelcomeCard
from vae_studio.gui.workers import tasks


class MainWindow(QMainWindow):
    """Puts panels around the map and connects them to the studio."""

    def __init__(self, settings: QSettings) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle("VAE Studio")
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        self._settings = settings
        self.studio = Studio(self)
        self.front_desk = FrontDesk(self.studio, self)
        self.bar = ActionBar(self.studio, self)
        self.map_panel = MapPanel(self.studio)
        self.centre = CentrePanel(self.studio, self.map_panel)
        self.plane_bar = PlaneBar(self.studio, self.map_panel.map)
        self.recipe_panel = RecipePanel(self.studio)
        self.replay_bar = ReplayBar(self.studio)
        self.inspector_panel = InspectorPanel(self.studio)
        self.loss_plot = LossPlot()
        self.reconstructions_panel = ReconstructionsPanel(self.studio)
        self.morph_panel = MorphPanel(self.studio)
        self.groups_panel = GroupsPanel(self.studio)
        self.traversal_panel = TraversalPanel(self.studio)
        self.diagnosis_panel = DiagnosisPanel(self.studio)
        self.log_panel = LogPanel()
        self.messages = MessageBar()
        self.welcome = WelcomeCard([name for name in SOURCES if name not in ("digits", "faces")])
        self._status = ElidedLabel()
        self._news = NewsDesk(self.studio, self.messages, self.log_panel, self._status)
        self._docks = self._lay_out()
        self._connect()
        restore_folders(self, settings)
        self._docks.restore(settings)

    def start(self, path: Path | None) -> None:
        """Show the example, or what the user asked for; called once the window is painted."""
        self.studio.jobs.start(
            "previews", "Drawing previews", tasks.draw_previews(), self.welcome.set_previews, quiet=True
        )
        if path is None:
            self.studio.open_example()
        else:
            self.welcome.hide()
            self.studio.open_path(path)

    def _lay_out(self) -> Docks:
        self.addToolBar(self.bar)
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.messages)
        column.addWidget(self.centre, 1)
        column.addWidget(self.plane_bar)
        column.addWidget(self.replay_bar)
        self.welcome.setParent(centre)  # it floats over the map, which can be clicked beside it
        self.setCentralWidget(centre)
        self._status.setObjectName("statusMessage")
        self.statusBar().addWidget(self._status, 1)
        self.statusBar().setSizeGripEnabled(False)
        docks = Docks(self, self._panels())
        self.resize(1280, 800)
        if QGuiApplication.platformName() != "offscreen":  # an unseen screen is small and draws no frame
            room = self.screen().availableSize()
            self.resize(min(1280, room.width() - 16), min(800, room.height() - 48))
        docks.settle()
        return docks

    def _panels(self) -> dict[str, QWidget]:
        return {
            "Recipe": self.recipe_panel,
            "Inspector": self.inspector_panel,
            "Loss": self.loss_plot,
            "Morph": self.morph_panel,
            "Reconstructions": self.reconstructions_panel,
            "Groups": self.groups_panel,
            "Traversals": self.traversal_panel,
            "Diagnosis": self.diagnosis_panel,
            "Log": self.log_panel,
        }

    def _connect(self) -> None:
        studio, front = self.studio, self.front_desk
        self.centre.book_shown.connect(self.plane_bar.set_covered)
        self.bar.new_asked.connect(self.welcome.show)
        self.bar.open_asked.connect(front.ask_open)
        self.bar.open_file_asked.connect(front.ask_open_file)
        self.bar.run_chosen.connect(front.open)
        self.bar.save_asked.connect(front.ask_save)
        front.taken.connect(self.welcome.hide)
        self.welcome.source_chosen.connect(front.take_source)
        self.welcome.folder_asked.connect(self._on_folder_asked)
        self.welcome.dismissed.connect(self.welcome.hide)
        for asker in (front, self.recipe_panel):
            asker.refused.connect(lambda sentence: self._news.tell("warning", sentence))
        self.loss_plot.failed.connect(lambda sentence: self._news.tell("error", sentence))
        studio.explorer.noted.connect(self._status.setText)
        self.map_panel.map.selected.connect(studio.study.groups.select)
        self._docks["Traversals"].visibilityChanged.connect(studio.study.traversals.set_seen)
        studio.study.groups.shown.connect(self.map_panel.map.set_selection)
        studio.curves_changed.connect(self.loss_plot.set_curves)
        studio.run_changed.connect(self._on_run_changed)
        studio.trainer.phase_changed.connect(self._on_phase_changed)
        studio.morph.stops_changed.connect(self._on_stops_changed)
        for keys, action in (
            (QKeySequence.StandardKey.New, self.welcome.show),
            (QKeySequence.StandardKey.Open, front.ask_open),
            (QKeySequence.StandardKey.Save, front.ask_save),
            (QKeySequence("Ctrl+T"), studio.train),
            (QKeySequence("Ctrl+P"), studio.trainer.pause),
            (QKeySequence("Ctrl+."), studio.trainer.stop),
            (QKeySequence("Ctrl+G"), self._on_group_asked),  # not at the button: behind another tab it hears no key
            (QKeySequence.StandardKey.Undo, studio.study.groups.undo_stack.undo),
            (QKeySequence.StandardKey.Redo, studio.study.groups.undo_stack.redo),
        ):
            QShortcut(keys, self).activated.connect(action)

    # What the studio tells

    def _on_run_changed(self) -> None:
        has_kl = self.studio.run is None or self.studio.run.recipe.objective.has_prior
        self.loss_plot.set_terms(("total", "reconstruction", "kl") if has_kl else ("reconstruction",))
        folder = self.studio.folder
        if folder is None:
            return
        name = "Example" if self.studio.is_example else folder.path.name
        self.setWindowTitle(f"{name} – VAE Studio")
        if self.studio.is_example:
            self._status.setText("A finished example: click the map, drag over it, shift-click two places for a morph.")

    def _on_phase_changed(self, phase: Phase) -> None:
        if phase is not Phase.IDLE:
            self.welcome.hide()

    def _on_folder_asked(self) -> None:
        self.welcome.hide()
        self.recipe_panel.ask_folder()

    def _on_group_asked(self) -> None:
        self._docks["Groups"].raise_()
        self.groups_panel.make_group()

    def _on_stops_changed(self) -> None:
        if self.studio.morph.stops:
            self._docks["Morph"].raise_()

    # The window itself

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and event.mimeData().urls()[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        # After the event: an error in it must not leave the source of the drag hanging.
        path = Path(event.mimeData().urls()[0].toLocalFile())
        QTimer.singleShot(0, self, lambda: self.front_desk.open(path))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # After the layout has moved the centre.
        QTimer.singleShot(0, self, lambda: self.welcome.float_over(self.centre))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Save what is trained and leave; nothing is asked, but the first time a disk that refuses is told instead."""
        self._docks.save(self._settings)
        keep_folders(self, self._settings)
        self._settings.sync()  # the process may leave without taking itself apart
        self.hide()
        with contextlib.ExitStack() as last:  # whatever the studio's end raises
            last.callback(super().closeEvent, event)
            last.callback(self.log_panel.detach)
            last.callback(self.studio.close)
            if not self.studio.may_close():
                last.pop_all()
                event.ignore()
                self.show()
