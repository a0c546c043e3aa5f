"""What the film is saved as: format, size, title, map."""

from typing import Any, get_args

from pydantic import ValidationError
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QVBoxLayout,
    QWidget,
    QWidgetAction,
)

from vae_studio.export.film_formats import FILM_FORMATS
from vae_studio.export.inset import InsetPlace
from vae_studio.export.overlay import Overlay
from vae_studio.export.resizing import Resampling
from vae_studio.export.side_file import LARGEST_SIZE
from vae_studio.export.title import TitlePlace
from vae_studio.gui.film_settings import FilmSettings
from vae_studio.gui.layouts import add_layout
from vae_studio.gui.morph import MorphDesk
from vae_studio.gui.theme import tool_button
from vae_studio.gui.widgets.calm_fields import CalmComboBox, CalmSpinBox
from vae_studio.gui.widgets.settings_form import SettingsForm

_MAPS = {"none": "no map", "beside": "beside"}


class FilmOutputForm(QWidget):
    """Fields for the morph desk's film settings; what is rarely changed folds out of a small button."""

    def __init__(self, desk: MorphDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._format, self._map = CalmComboBox(), CalmComboBox()
        self._size = CalmSpinBox()
        self._title = QLineEdit()
        self._more = tool_button("settings", "More: resampling, where the title goes, and what the format can be told")
        self._resampling, self._title_place = CalmComboBox(), CalmComboBox()
        self._options: SettingsForm | None = None
        self._menu = QMenu(self)
        self._popup = QVBoxLayout()
        self._lay_out()
        self._show_options()
        self._connect()

    def _lay_out(self) -> None:
        for name in FILM_FORMATS:
            self._format.addItem(FILM_FORMATS[name].title, name)
            self._format.setItemData(self._format.count() - 1, FILM_FORMATS[name].summary, Qt.ItemDataRole.ToolTipRole)
        for place in get_args(InsetPlace):
            self._map.addItem(_MAPS.get(place, place.replace("-", " ")), place)
        for box, names in ((self._resampling, get_args(Resampling)), (self._title_place, get_args(TitlePlace))):
            for name in names:
                box.addItem(name, name)
        self._resampling.setCurrentText("lanczos")
        self._title_place.setCurrentText("below")
        self._size.setRange(16, LARGEST_SIZE)
        self._size.setValue(self._desk.settings.size)
        self._size.setSuffix(" px")
        self._size.setKeyboardTracking(False)
        self._title.setPlaceholderText("none")
        self._title.setMaxLength(500)
        for widget, name, title, tip in (
            (self._format, "formatPicker", "Format", "The kind of file that is saved"),
            (self._size, "sizeField", "Size", "Pixels of the picture's longer side"),
            (self._title, "filmTitleField", "Title", "A line of text on every frame"),
            (self._map, "insetPicker", "Map", "A small map with the way and where the film is, on every frame"),
            (self._resampling, "resamplingPicker", "Resampling", "How pictures are brought to that size"),
            (self._title_place, "titlePlacePicker", "Title's place", "Above or below the picture"),
        ):
            widget.setObjectName(name)
            widget.setAccessibleName(title)
            widget.setToolTip(tip)
            widget.setMinimumWidth(76)
        self._more.setObjectName("moreFilmButton")
        self._more.setPopupMode(self._more.ToolButtonPopupMode.InstantPopup)
        self._more.setMenu(self._menu)
        form = _form(self)
        first = QHBoxLayout()
        first.setSpacing(2)
        first.addWidget(self._format, 1)
        first.addWidget(self._more)
        form.addRow("Format", first)
        for text, widget in (("Size", self._size), ("Title", self._title), ("Map", self._map)):
            form.addRow(text, widget)
        self._lay_out_popup()

    def _lay_out_popup(self) -> None:
        inside = QWidget()
        self._popup = QVBoxLayout(inside)
        self._popup.setContentsMargins(12, 10, 12, 10)
        form = _form()
        form.addRow("Resampling", self._resampling)
        form.addRow("Title's place", self._title_place)
        add_layout(self._popup, form)
        action = QWidgetAction(self._menu)
        action.setDefaultWidget(inside)
        self._menu.addAction(action)

    def _connect(self) -> None:
        self._format.currentIndexChanged.connect(self._on_format_chosen)
        self._size.valueChanged.connect(self._on_edited)
        self._title.editingFinished.connect(self._on_edited)
        for box in (self._map, self._resampling, self._title_place):
            box.currentIndexChanged.connect(self._on_edited)

    def settings(self) -> FilmSettings:
        """Return what the fields say."""
        overlay = Overlay(
            title=self._title.text().strip(), title_place=self._title_place.currentData(), inset=self._map.currentData()
        )
        return FilmSettings(
            self._format.currentData(),
            self._size.value(),
            self._resampling.currentData(),
            overlay,
            self._chosen_options(),
        )

    def _chosen_options(self) -> dict[str, Any]:
        row = FILM_FORMATS[self._format.currentData()]
        if self._options is None:
            return {}
        try:
            return row.options(**self._options.values()).model_dump(exclude_defaults=True)
        except ValidationError:
            self._options.validated()  # says what is wrong beside the field
            return {}

    def _show_options(self) -> None:
        """Offer what the chosen format can be told."""
        if self._options is not None:
            self._popup.removeWidget(self._options)
            self._options.deleteLater()
            self._options = None
        options = FILM_FORMATS[self._format.currentData()].options
        if options.model_fields:
            self._options = SettingsForm(options)
            self._options.edited.connect(self._on_edited)
            self._popup.addWidget(self._options)

    def _on_format_chosen(self) -> None:
        self._show_options()
        self._on_edited()

    def _on_edited(self, *_unused: object) -> None:
        self._desk.set_settings(self.settings())


def _form(parent: QWidget | None = None) -> QFormLayout:
    form = QFormLayout(parent) if parent is not None else QFormLayout()
    form.setContentsMargins(0, 0, 0, 0)
    form.setHorizontalSpacing(8)
    form.setVerticalSpacing(4)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    return form
