"""The recipe: which pictures, which network, which objective, how long."""

from pydantic import BaseModel
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from vae_studio.catalogue import Catalogue
from vae_studio.data.catalogue import SOURCES
from vae_studio.data.image_set import ImageSet
from vae_studio.data.options import DataOptions
from vae_studio.errors import UsageError
from vae_studio.gui.layouts import add_layout
from vae_studio.gui.panels.recipe_menu import RecipeMenu
from vae_studio.gui.phased import Phase
from vae_studio.gui.studio import Studio
from vae_studio.gui.theme import tool_button
from vae_studio.gui.widgets.calm_fields import CalmComboBox
from vae_studio.gui.widgets.file_dialog import ask_for_file, ask_for_folder
from vae_studio.gui.widgets.fold import Fold
from vae_studio.gui.widgets.picture_strip import PictureStrip
from vae_studio.gui.widgets.settings_form import SettingsForm
from vae_studio.models.catalogue import NETWORKS, NetworkOptions
from vae_studio.models.priors.catalogue import PRIORS
from vae_studio.objectives.catalogue import LIKELIHOODS, OBJECTIVES
from vae_studio.plural import counted
from vae_studio.runs.presets import presets
from vae_studio.training.options import TrainingOptions

_SHOWN = 8  # pictures of the chosen set


class RecipePanel(QScrollArea):
    """Edits the studio's recipe; every form is built from the recipe's own fields."""

    refused = Signal(str)  # a sentence

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._forms: dict[str, SettingsForm] = {}
        self._kinds: dict[str, CalmComboBox] = {}
        self._holders: dict[str, QVBoxLayout] = {}
        self.source = CalmComboBox()
        self.preset = CalmComboBox()
        self.menu = RecipeMenu(studio)
        self._about_preset = _caption()
        self._about_pictures = _caption()
        self._folder = tool_button("folder", "Choose a folder of pictures")
        self._file = tool_button("image", "Choose an npz, npy or IDX file")
        self._pictures = PictureStrip(side=32, wrapping=True, empty="")
        self._lay_out()
        self._connect()
        self._on_recipe_changed()

    def _lay_out(self) -> None:
        self.source.setObjectName("sourcePicker")
        self.source.setAccessibleName("Pictures to train on")
        self.preset.setObjectName("presetPicker")
        self.preset.setAccessibleName("Preset")
        self.preset.setPlaceholderText("as the run was trained")
        for name, row in SOURCES.items():
            self.source.addItem(name, name)
            self.source.setItemData(self.source.count() - 1, f"{row.title}: {row.summary}", Qt.ItemDataRole.ToolTipRole)
        for name, entry in presets().items():
            self.preset.addItem(name, name)
            self.preset.setItemData(
                self.preset.count() - 1, f"{entry.title}: {entry.summary}", Qt.ItemDataRole.ToolTipRole
            )
        self._inside = QWidget()
        column = QVBoxLayout(self._inside)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(8)
        top = QFormLayout()
        top.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        top.setHorizontalSpacing(12)
        sources = QHBoxLayout()
        sources.setSpacing(2)
        for widget, stretch in ((self.source, 1), (self._folder, 0), (self._file, 0)):
            sources.addWidget(widget, stretch)
        top.addRow("Pictures", sources)
        add_layout(column, top)
        column.addWidget(self._about_pictures)
        column.addWidget(self._pictures)
        below = QFormLayout()
        below.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        below.setHorizontalSpacing(12)
        presets_row = QHBoxLayout()
        presets_row.setSpacing(2)
        presets_row.addWidget(self.preset, 1)
        presets_row.addWidget(self.menu)
        below.addRow("Preset", presets_row)
        add_layout(column, below)
        column.addWidget(self._about_preset)
        self._add_plain(column)
        self._add_folds(column)
        column.addStretch(1)
        self.setWidget(self._inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(290)

    def _add_plain(self, column: QVBoxLayout) -> None:
        """The two fields that everyone changes stand open."""
        code = SettingsForm(
            NetworkOptions, {"latent_dim": "latentDimField"}, leave_out=frozenset({"kind", "condition"})
        )
        epochs = SettingsForm(
            TrainingOptions, {"epochs": "epochsField"}, leave_out=frozenset(TrainingOptions.model_fields) - {"epochs"}
        )
        for section, form in (("network", code), ("training", epochs)):
            form.edited.connect(lambda name, value, section=section: self._edit(f"{section}.{name}", value))
            column.addWidget(form)
        self._plain = {"network": code, "training": epochs}

    def _add_folds(self, column: QVBoxLayout) -> None:
        for section, title, catalogue in (
            ("data", "Picture size and split", None),
            ("network", "Network", NETWORKS),
            ("prior", "Prior", PRIORS),
            ("objective", "Objective", OBJECTIVES),
            ("likelihood", "Likelihood", LIKELIHOODS),
            ("training", "Schedule", None),
        ):
            content = QVBoxLayout()
            content.setContentsMargins(0, 0, 0, 4)
            if catalogue is not None:
                add_layout(content, self._kind_row(section, catalogue))
            holder = QVBoxLayout()
            add_layout(content, holder)
            self._holders[section] = holder
            column.addWidget(Fold(title, content))

    def _kind_row(self, section: str, catalogue: Catalogue) -> QFormLayout:
        box = CalmComboBox()
        box.setObjectName(f"{section}KindPicker")
        box.setAccessibleName(f"Kind of {catalogue.noun}")
        for name, row in catalogue.items():
            box.addItem(row.title, name)
            box.setItemData(box.count() - 1, row.summary, Qt.ItemDataRole.ToolTipRole)
        box.currentIndexChanged.connect(lambda: self._edit(f"{section}.kind", box.currentData()))
        self._kinds[section] = box
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow("Kind", box)
        return form

    def _connect(self) -> None:
        self.source.activated.connect(lambda: self._studio.choose_source(self.source.currentData()))
        self.source.currentIndexChanged.connect(self._on_source_changed)
        for chosen in (self.preset.currentIndexChanged, self.preset.activated):  # the one that is shown as well
            chosen.connect(lambda: self._studio.desk.choose_preset(self.preset.currentData()))
        self.menu.refused.connect(self.refused)
        self._studio.experiment_asked.connect(self.menu.show_experiments)
        self._folder.clicked.connect(self.ask_folder)
        self._file.clicked.connect(self.ask_file)
        self._studio.desk.recipe_changed.connect(self._on_recipe_changed)
        self._studio.desk.images_changed.connect(self._on_images_changed)
        self._studio.desk.images_failed.connect(lambda: self._about_pictures.setText("No pictures could be opened."))
        self._studio.desk.images_given_up.connect(lambda: self._about_pictures.setText("No pictures are open."))
        self._studio.trainer.phase_changed.connect(self._on_phase_changed)

    def ask_folder(self) -> None:
        """Let the user choose a folder of pictures."""
        folder = ask_for_folder(self, "A folder of pictures; sub-folders become labels")
        if folder is not None:
            self._studio.choose_source(str(folder))

    def ask_file(self) -> None:
        """Let the user choose a file of pictures."""
        file = ask_for_file(self, "A file of pictures", "Pictures (*.npz *.npy *ubyte *ubyte.gz *.idx *.gz)")
        if file is not None:
            self._studio.choose_source(str(file))

    def _on_source_changed(self) -> None:
        chosen = self.source.currentData()
        if chosen is not None and chosen != self._studio.recipe.data.source:
            self._studio.choose_source(chosen)

    def _edit(self, key: str, value: object) -> None:
        section, _, name = key.partition(".")
        try:
            self._studio.desk.edit(key, value)
        except UsageError as error:
            form = self._forms.get(section)
            if form is not None:
                form.set_error(name, str(error))
            self.refused.emit(str(error))

    def _on_recipe_changed(self) -> None:
        recipe = self._studio.recipe
        self._show_source(recipe.data.source)
        for section, box in self._kinds.items():
            blocker = QSignalBlocker(box)
            box.setCurrentIndex(box.findData(getattr(recipe, section).kind))
            blocker.unblock()
        for section in self._holders:
            self._show_form(section, getattr(recipe, section))
        for section, form in self._plain.items():
            form.set_values(dict(getattr(recipe, section)))
        blocker = QSignalBlocker(self.preset)
        self.preset.setCurrentIndex(self.preset.findData(self._studio.desk.preset_name))
        blocker.unblock()
        self._about_preset.setText(self.preset.currentData(Qt.ItemDataRole.ToolTipRole) or "")

    def _show_source(self, source: str) -> None:
        blocker = QSignalBlocker(self.source)
        index = self.source.findData(source)
        if index < 0:
            self.source.insertItem(0, source.rstrip("/\\").replace("\\", "/").rpartition("/")[2] or source, source)
            self.source.setItemData(0, source, Qt.ItemDataRole.ToolTipRole)
            index = 0
        self.source.setCurrentIndex(index)
        blocker.unblock()

    def _show_form(self, section: str, values: BaseModel) -> None:
        """Show the form of one part; another kind has other fields, so its form is built anew."""
        form = self._forms.get(section)
        if form is None or form.property("model") != type(values).__name__:
            if form is not None:
                self._holders[section].removeWidget(form)
                form.hide()
                form.deleteLater()
            form = SettingsForm(type(values), leave_out=_elsewhere(values))
            form.setProperty("model", type(values).__name__)
            form.edited.connect(lambda name, value: self._edit(f"{section}.{name}", value))
            self._holders[section].addWidget(form)
            self._forms[section] = form
        form.set_values(dict(values))

    def _on_images_changed(self, images: ImageSet | None) -> None:
        if images is None:
            self._about_pictures.setText("Opening the pictures …")
            self._pictures.set_pictures([])
            return
        height, width, channels = images.shape
        parts = [f"{counted(len(images), 'picture')}, {width} x {height}, {'grey' if channels == 1 else 'colour'}"]
        if images.label_names:
            parts.append(counted(len(images.label_names), "label"))
        if images.skipped:
            parts.append(f"{counted(len(images.skipped), 'file')} skipped")
        self._about_pictures.setText(", ".join(parts))
        step = max(1, len(images) // _SHOWN)
        self._pictures.set_pictures([images.picture(index) for index in range(0, len(images), step)][:_SHOWN])

    def _on_phase_changed(self, phase: Phase) -> None:
        self._inside.setEnabled(phase is Phase.IDLE)


def _elsewhere(values: BaseModel) -> frozenset[str]:
    """Return the fields that stand elsewhere in the panel."""
    if isinstance(values, DataOptions):
        return frozenset({"source"})
    if isinstance(values, TrainingOptions):
        return frozenset({"epochs"})
    return frozenset({"kind", "latent_dim"})


def _caption() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", "caption")
    return label
