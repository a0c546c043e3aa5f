"""The main window: toolbar, map, docks and status bar around one studio."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QDockWidget, QFileDialog, QMainWindow, QVBoxLayout, QWidget

from vae_studio.data.catalogue import SOURCES
from vae_studio.gui.actions import ActionBar
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
from vae_studio.gui.plots.loss_plot import LossPlot
from vae_studio.gui.studio import Studio
from vae_studio.gui.trainer import Phase
from vae_studio.gui.widgets.elided_label import ElidedLabel
from vae_studio.gui.widgets.message_bar import MessageBar
from vae_studio.gui.widgets.save_dialog import SAVE_FOLDER, ask_where_to_save
from vae_studio.gui.widgets.welcome_card import WelcomeCard
from vae_studio.gui.workers import tasks

_LAYOUT_VERSION = 3  # raise it when docks come or go, so that a saved layout of before is not applied


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
        self._docks: dict[str, QDockWidget] = {}
        self._lay_out()
        self._connect()
        self._restore()

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

    def _lay_out(self) -> None:
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
        left, right, bottom = (Qt.DockWidgetArea[f"{side}DockWidgetArea"] for side in ("Left", "Right", "Bottom"))
        for title, widget, area in (
            ("Recipe", self.recipe_panel, left),
            ("Inspector", self.inspector_panel, right),
            ("Loss", self.loss_plot, bottom),
            ("Reconstructions", self.reconstructions_panel, bottom),
            ("Morph", self.morph_panel, bottom),
            ("Groups", self.groups_panel, bottom),
            ("Traversals", self.traversal_panel, bottom),
            ("Diagnosis", self.diagnosis_panel, bottom),
            ("Log", self.log_panel, bottom),
        ):
            self._add_dock(title, widget, area)
        self.splitDockWidget(self._docks["Loss"], self._docks["Morph"], Qt.Orientation.Horizontal)
        for title in ("Reconstructions", "Groups", "Traversals", "Diagnosis", "Log"):
            self.tabifyDockWidget(self._docks["Morph"], self._docks[title])
        self._docks["Reconstructions"].raise_()
        for corner in (Qt.Corner.BottomLeftCorner, Qt.Corner.BottomRightCorner):
            self.setCorner(corner, bottom)
        self.resize(1280, 800)
        if QGuiApplication.platformName() != "offscreen":  # an unseen screen is small and draws no frame
            room = self.screen().availableSize()
            self.resize(min(1280, room.width() - 16), min(800, room.height() - 48))
        self.resizeDocks([self._docks["Recipe"], self._docks["Inspector"]], [300, 280], Qt.Orientation.Horizontal)
        self.resizeDocks([self._docks["Loss"]], [236], Qt.Orientation.Vertical)
        self.resizeDocks([self._docks["Loss"], self._docks["Morph"]], [440, 840], Qt.Orientation.Horizontal)

    def _add_dock(self, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> None:
        dock = QDockWidget(title, self)
        dock.setObjectName(f"{title.lower()}Dock")
        dock.setWidget(widget)
        self.addDockWidget(area, dock)
        self._docks[title] = dock

    def _connect(self) -> None:
        studio = self.studio
        self.bar.new_asked.connect(self.welcome.show)
        self.bar.open_asked.connect(self.ask_open)
        self.bar.open_file_asked.connect(self.ask_open_file)
        self.bar.run_chosen.connect(self._open)
        self.bar.save_asked.connect(self.ask_save)
        self.welcome.source_chosen.connect(self._on_source_chosen)
        self.welcome.folder_asked.connect(self._on_folder_asked)
        self.welcome.dismissed.connect(self.welcome.hide)
        self.recipe_panel.refused.connect(lambda sentence: self._on_message("warning", sentence))
        self.loss_plot.failed.connect(lambda sentence: self._on_message("error", sentence))
        studio.message_raised.connect(self._on_message)
        studio.explorer.noted.connect(self._status.setText)
        self.map_panel.map.selected.connect(studio.study.groups.select)
        self._docks["Traversals"].visibilityChanged.connect(studio.study.traversals.set_seen)
        studio.study.groups.shown.connect(self.map_panel.map.set_selection)
        studio.explorer.failed.connect(lambda sentence: self._on_message("error", sentence))
        studio.replay.failed.connect(lambda sentence: self._on_message("warning", sentence))
        studio.morph.failed.connect(lambda sentence: self._on_message("error", sentence))
        studio.curves_changed.connect(self.loss_plot.set_curves)
        studio.run_changed.connect(self._on_run_changed)
        studio.trainer.phase_changed.connect(self._on_phase_changed)
        studio.morph.stops_changed.connect(self._on_stops_changed)
        for keys, action in (
            (QKeySequence.StandardKey.New, self.welcome.show),
            (QKeySequence.StandardKey.Open, self.ask_open),
            (QKeySequence.StandardKey.Save, self.ask_save),
            (QKeySequence("Ctrl+T"), studio.train),
            (QKeySequence("Ctrl+P"), studio.trainer.pause),
            (QKeySequence("Ctrl+."), studio.trainer.stop),
            (QKeySequence("Ctrl+G"), self._on_group_asked),  # not at the button: behind another tab it hears no key
            (QKeySequence.StandardKey.Undo, studio.study.groups.undo_stack.undo),
            (QKeySequence.StandardKey.Redo, studio.study.groups.undo_stack.redo),
        ):
            QShortcut(keys, self).activated.connect(action)

    # What the user asks for

    def ask_open(self) -> None:
        """Let the user choose a run or a folder of pictures."""
        if self._is_training("open something else"):
            return
        folder = QFileDialog.getExistingDirectory(self, "A run, or a folder of pictures", str(self._last_folder()))
        if folder:
            self._open(Path(folder))

    def ask_open_file(self) -> None:
        """Let the user choose a run in one file, a file of pictures, or a single picture to encode."""
        file, _ = QFileDialog.getOpenFileName(self, "A run, pictures, or one picture", str(self._last_folder()))
        if file:
            self._open(Path(file))

    def _open(self, path: Path) -> None:
        self._settings.setValue("lastFolder", str(path.parent))
        self.welcome.hide()
        self.studio.open_path(path)

    def ask_save(self) -> None:
        """Let the user save the run as one file."""
        folder = self.studio.folder
        if folder is None:
            self._on_message("warning", "There is no run to save yet; train one first.")
            return
        if self._is_training("save the run"):
            return
        file = ask_where_to_save(self, "Save the run in one file", f"{folder.path.name}.vaez", "VAE Studio (*.vaez)")
        if file is not None:
            self.studio.errands.save_as_file(file if file.suffix == ".vaez" else Path(f"{file}.vaez"))

    def _on_source_chosen(self, source: str) -> None:
        self.welcome.hide()
        if Path(source).exists():
            self.studio.open_path(Path(source))
        else:
            self.studio.choose_source(source)

    def _on_folder_asked(self) -> None:
        self.welcome.hide()
        self.recipe_panel.ask_folder()

    def _is_training(self, wish: str) -> bool:
        if training := self.studio.phase is not Phase.IDLE:  # said before anybody has chosen a file for it
            self._on_message("warning", f"Stop the training first, then {wish}.")
        return training

    def _last_folder(self) -> Path:
        return Path(str(self._settings.value("lastFolder", str(Path.home()))))

    # What the studio tells

    def _on_message(self, kind: str, sentence: str) -> None:
        self._status.setText(sentence)
        self.log_panel.add(kind, sentence)
        if kind != "info":  # a good word does not wipe out a bad one: the user closes it, or the next training does
            self.messages.show_message(sentence, kind)  # type: ignore[arg-type]

    def _on_run_changed(self) -> None:
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
            self.messages.clear()

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
        self.welcome.hide()
        # After the event: an error in it must not leave the source of the drag hanging.
        path = Path(event.mimeData().urls()[0].toLocalFile())
        QTimer.singleShot(0, self, lambda: self.studio.open_path(path))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._place_welcome)  # after the layout has moved the centre

    def _place_welcome(self) -> None:
        """Put the card over the lower middle of the map."""
        area = self.centre.geometry().adjusted(16, 48, -16, -16)
        width = min(area.width(), 760)
        hint = self.welcome.sizeHint()
        height = min(
            self.welcome.heightForWidth(width) if self.welcome.hasHeightForWidth() else hint.height(), area.height()
        )
        self.welcome.setGeometry(area.center().x() - width // 2, area.bottom() - height, width, height)
        self.welcome.raise_()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Save what is trained and leave; nothing is asked."""
        self._settings.setValue("geometry", self.saveGeometry())
        self._settings.setValue("layout", self.saveState(_LAYOUT_VERSION))
        self._settings.setValue(SAVE_FOLDER, self.property(SAVE_FOLDER))
        self.hide()
        self.studio.close()
        self.log_panel.detach()
        super().closeEvent(event)

    def _restore(self) -> None:
        self.setProperty(SAVE_FOLDER, self._settings.value(SAVE_FOLDER))
        geometry, layout = self._settings.value("geometry"), self._settings.value("layout")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        if isinstance(layout, QByteArray):
            self.restoreState(layout, _LAYOUT_VERSION)
