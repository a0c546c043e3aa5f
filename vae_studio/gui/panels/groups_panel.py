"""The groups: made from what is selected on the map or from labels, shown, exported, and compared."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from vae_studio.gui.layouts import add_layout
from vae_studio.gui.panels.attribute_box import AttributeBox
from vae_studio.gui.studio import Studio
from vae_studio.gui.theme import set_icon, tool_button
from vae_studio.gui.widgets.file_dialog import ask_where_to_save
from vae_studio.gui.widgets.group_list import GroupList
from vae_studio.gui.workers import group_tasks
from vae_studio.gui.workers.job_worker import Job
from vae_studio.plural import counted
from vae_studio.runs.groups import Numbers

_EMPTY = "Draw a lasso (L) or a box (B) on the map, then press Group selection; or make groups from labels."


class GroupsPanel(QWidget):
    """Shows the groups desk."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio, self._desk = studio, studio.study.groups
        self.setObjectName("groupsPanel")
        self.list = GroupList(_EMPTY)
        self._make = QPushButton("Group selection")
        self._label = QPushButton("From label")
        self._unite = tool_button("unite", "Unite the chosen groups into a new one")
        self._remove = tool_button("remove", "Delete the chosen groups (Delete); no picture is deleted")
        self._undo = tool_button("undo", "Undo the last change of the groups (Ctrl+Z)")
        self._redo = tool_button("redo", "Do it again (Ctrl+Shift+Z)")
        self._export = QPushButton("Export")
        self._attribute = AttributeBox(studio)
        self._lay_out()
        self._connect()
        self._refresh()

    def _lay_out(self) -> None:
        for button, name, icon, tip in (
            (self._make, "groupSelectionButton", "add", "Make a group of the pictures selected on the map (Ctrl+G)"),
            (self._label, "groupLabelButton", "points", "Make a group of all pictures with a label"),
            (self._export, "groupExportButton", "export", "Save the pictures of the chosen groups, or the selection"),
        ):
            button.setObjectName(name)
            button.setToolTip(tip)
            set_icon(button, icon)
        for tool, name in (
            (self._unite, "unite"),
            (self._remove, "remove"),
            (self._undo, "undo"),
            (self._redo, "redo"),
        ):
            tool.setObjectName(f"{name}GroupsButton")
        self._label.setMenu(QMenu(self._label))
        self._export.setMenu(QMenu(self._export))
        self._fill_exports()
        makers, changes = QHBoxLayout(), QHBoxLayout()
        for row in (makers, changes):
            row.setSpacing(6)
        makers.addWidget(self._make, 1)
        makers.addWidget(self._label)
        changes.addWidget(self._export)
        changes.addStretch(1)
        for tool in (self._unite, self._remove, self._undo, self._redo):
            changes.addWidget(tool)
        left = QVBoxLayout()
        left.setSpacing(6)
        left.addWidget(self.list, 1)
        add_layout(left, makers)
        add_layout(left, changes)
        line = QFrame()
        line.setFrameShape(QFrame.Shape.VLine)
        line.setEnabled(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 8)
        row.setSpacing(14)
        add_layout(row, left, 4)
        row.addWidget(line)
        row.addWidget(self._attribute, 5)

    def _fill_exports(self) -> None:
        menu = self._export.menu()
        for title, ask in (
            ("Codes as a table …", self.ask_codes),
            ("Picture files …", self.ask_files),
            ("Contact sheet …", self.ask_sheet),
        ):
            menu.addAction(title).triggered.connect(ask)

    def _connect(self) -> None:
        self._desk.changed.connect(self._on_groups_changed)
        self._desk.selection_changed.connect(self._on_selection_changed)
        self._desk.refused.connect(lambda sentence: self._studio.message_raised.emit("warning", sentence))
        for signal in (self._desk.undo_stack.canUndoChanged, self._desk.undo_stack.canRedoChanged):
            signal.connect(self._refresh)
        self._studio.explorer.cloud_changed.connect(self._refresh)
        self._studio.run_changed.connect(self._refresh)
        self.list.chosen.connect(self._on_groups_chosen)
        self.list.renamed.connect(self._desk.rename)
        self.list.recoloured.connect(self._desk.recolour)
        self.list.removal_asked.connect(self._on_remove_clicked)
        self._make.clicked.connect(self.make_group)
        self._label.menu().aboutToShow.connect(self._fill_labels)
        self._unite.clicked.connect(lambda: self._desk.unite(self.list.places()))
        self._remove.clicked.connect(self._on_remove_clicked)
        self._undo.clicked.connect(self._desk.undo_stack.undo)
        self._redo.clicked.connect(self._desk.undo_stack.redo)

    # Export

    def target(self) -> Numbers:
        """Return the pictures that an export is about: of the chosen groups, else the selection."""
        places = self.list.places()
        return self._desk.pictures_of(places) if places else self._desk.selection

    def ask_codes(self) -> None:
        """Ask for a name and save the codes as a table."""
        cloud, images = self._studio.replay.present, self._studio.explorer.images
        if cloud is None:
            return
        names = () if images is None else images.names
        self._ask_file(
            "codes.csv",
            "Table (*.csv *.npz *.parquet)",
            lambda file, numbers: group_tasks.write_group_codes(file, cloud, numbers, names),
        )

    def ask_files(self) -> None:
        """Ask for a new folder and save the pictures in it."""
        images, run = self._studio.explorer.images, self._studio.run
        if images is None or run is None:
            self._desk.refused.emit("The real pictures are not open, so they cannot be saved; open them first.")
            return
        source = Path(run.recipe.data.source)
        self._ask_file(
            "pictures", "", lambda file, numbers: group_tasks.write_group_files(file, images, numbers, source)
        )

    def ask_sheet(self) -> None:
        """Ask for a name and save the pictures on one sheet."""
        images = self._studio.explorer.images
        if images is None:
            self._desk.refused.emit("The real pictures are not open, so they cannot be saved; open them first.")
            return
        self._ask_file(
            "sheet.png", "PNG (*.png)", lambda file, numbers: group_tasks.write_group_sheet(file, images, numbers)
        )

    def _ask_file(self, suggested: str, kinds: str, job: Callable[[Path, Numbers], Job]) -> None:
        numbers = self.target()
        title = f"Save {counted(len(numbers), 'picture')}"
        file, suffix = ask_where_to_save(self, title, suggested, kinds), Path(suggested).suffix
        if file is None:
            return
        if suffix and not file.suffix:
            file = file.with_suffix(suffix)
        self._studio.jobs.start("group export", f"Saving {file.name}", job(file, numbers), self._studio.tell_done)

    # What is pressed, and what is told

    def make_group(self) -> None:
        """Make a group of the selection, or say that there is none."""
        before = len(self._desk.groups)
        self._desk.add(f"Group {before + 1}", self._desk.selection)
        if len(self._desk.groups) > before:
            self.list.choose([before])
        self._refresh()

    def _fill_labels(self) -> None:
        menu, cloud = self._label.menu(), self._studio.explorer.cloud
        menu.clear()
        for label, name in enumerate(() if cloud is None else cloud.label_names):
            menu.addAction(name).triggered.connect(lambda _checked, label=label: self._desk.add_label(label))
        if len(menu.actions()) > 1:
            menu.addSeparator()
            menu.addAction("All labels").triggered.connect(self._on_all_labels_asked)

    def _on_all_labels_asked(self) -> None:
        cloud = self._studio.explorer.cloud
        self._desk.undo_stack.beginMacro("make groups of all labels")
        for label in range(0 if cloud is None else len(cloud.label_names)):
            self._desk.add_label(label)
        self._desk.undo_stack.endMacro()

    def _on_remove_clicked(self) -> None:
        self._desk.remove(self.list.places())

    def _on_groups_changed(self) -> None:
        self.list.show_groups(self._desk.groups)
        self._refresh()

    def _on_selection_changed(self, numbers: Numbers) -> None:
        """What is selected by hand is no group any more, until it is made one."""
        places = self.list.places()
        if places and not np.array_equal(self._desk.pictures_of(places), numbers):
            self.list.choose([])
        self._refresh()

    def _on_groups_chosen(self, places: list[int]) -> None:
        self._desk.show_on_map(self._desk.pictures_of(places))
        self._refresh()

    def _refresh(self, *_unused: object) -> None:
        count, places, cloud = len(self._desk.selection), self.list.places(), self._studio.explorer.cloud
        self._make.setText(f"Group selection ({count:,})" if count else "Group selection")
        self._make.setEnabled(count > 0)
        self._label.setEnabled(cloud is not None and bool(cloud.label_names))
        self._unite.setEnabled(len(places) > 1)
        self._remove.setEnabled(bool(places))
        self._undo.setEnabled(self._desk.undo_stack.canUndo())
        self._redo.setEnabled(self._desk.undo_stack.canRedo())
        target = len(self.target())
        self._export.setText(f"Export {target:,}" if target else "Export")
        self._export.setEnabled(target > 0)
