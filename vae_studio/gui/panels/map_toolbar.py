"""The map's toolbar: what the mouse does, the land under the points, and what else is shown."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QToolButton, QWidget

from vae_studio.gui.plots.column import COLUMNS
from vae_studio.gui.plots.land_kind import DECODED, LANDS, SUPPORT
from vae_studio.gui.plots.selecting_map import Tool
from vae_studio.gui.theme import tool_button

_TIP = "tip"  # a property: what a line of a menu says where nothing is wrong
_TOOLS: tuple[tuple[Tool, str, str], ...] = (
    ("point", "pointer", "Click and drag to decode what lies under the cursor (Esc)"),
    ("lasso", "lasso", "Draw around points to select their pictures; shift adds, control removes (L)"),
    ("box", "box", "Draw a box around points to select their pictures; shift adds, control removes (B)"),
)
_VIEWS = (  # name, title, tip, whether it is on from the start
    ("cards", "Picture under the cursor", "Show the real picture of the point under the cursor", True),
    (
        "posterior",
        "Posterior under the cursor",
        "Show how sure the code of the point under the cursor is: 1 and 2 σ",
        True,
    ),
    ("neighbours", "True neighbours", "Draw lines to the nearest pictures in all dimensions of the code", True),
    ("thumbs", "Pictures on the points", "Show real pictures on their points where there is room: zoom in", True),
    ("prior", "Prior", "Show the prior: rings at 1, 2 and 3 standard deviations, or its own outlines", False),
    ("legend", "Legend", "Show the names of the labels beside the map", True),
)


class MapToolbar(QWidget):
    """Buttons and menus; it knows nothing of the map."""

    tool_chosen = Signal(str)
    land_chosen = Signal(str)
    column_chosen = Signal(str)
    veil_toggled = Signal(bool)
    view_toggled = Signal(str, bool)  # a name of VIEWS

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._last_land = DECODED
        self.land_button = menu_button("grid", "Show the land under the points", "groundButton")
        self.land_button.setCheckable(True)
        self.land_button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.colour_button = menu_button("palette", "What the points are coloured by", "colourButton")
        self.view_button = menu_button("eye", "What the map shows", "viewButton")
        self.fit = tool_button("fit", "Show the whole map (Home)")
        self.fit.setObjectName("fitButton")
        self._tools = QButtonGroup(self)
        self._lands = QActionGroup(self)
        self._columns = QActionGroup(self)
        self._views: dict[str, QAction] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2)
        self._add_tools()
        self._fill_lands(self.land_button.menu())
        self._fill_columns(self.colour_button.menu())
        self._fill_views(self.view_button.menu())
        for button in (self.land_button, self.colour_button, self.view_button, self.fit):
            self._row.addWidget(button)
        self.land_button.clicked.connect(self._on_land_clicked)

    def add(self, widget: QWidget) -> None:
        """Add another control before the view menu."""
        self._row.insertWidget(self._row.indexOf(self.view_button), widget)

    def show_tool(self, tool: str) -> None:
        """Show which tool is in the hand."""
        for button in self._tools.buttons():
            if button.objectName() == f"{tool}Tool":
                button.setChecked(True)

    def show_land(self, kind: str) -> None:
        """Show which land is shown."""
        self.land_button.setChecked(kind != "none")
        for action in self._lands.actions():
            action.setChecked(action.data() == kind)
        if kind != "none":
            self._last_land = kind
        self._veil.setEnabled(kind == DECODED)

    def show_column(self, name: str) -> None:
        """Show what the points are coloured by."""
        for action in self._columns.actions():
            action.setChecked(action.data() == name)

    def set_land_enabled(self, enabled: bool) -> None:
        """Let land be chosen, or say that a bent map has none."""
        self.land_button.setEnabled(enabled)

    def refuse(self, columns: Mapping[str, str], lands: Mapping[str, str], views: Mapping[str, str]) -> None:
        """Let some lines of the menus not be chosen, for the reasons given by their names; all others can be."""
        for actions, reasons in (
            ({str(action.data()): action for action in self._columns.actions()}, columns),
            ({str(action.data()): action for action in self._lands.actions()}, lands),
            (self._views, views),
        ):
            for name, action in actions.items():
                action.setEnabled(name not in reasons)
                action.setToolTip(reasons.get(name, str(action.property(_TIP))))
        if self._last_land in lands:
            self._last_land = DECODED
        self._veil.setVisible(SUPPORT not in lands)  # empty land is where the support is low

    def is_on(self, view: str) -> bool:
        """Tell whether something is to be shown."""
        return self._views[view].isChecked() and self._views[view].isEnabled()

    def _add_tools(self) -> None:
        for name, icon, tip in _TOOLS:
            button = tool_button(icon, tip, checkable=True)
            button.setObjectName(f"{name}Tool")
            button.setChecked(name == "point")
            button.clicked.connect(lambda _on, name=name: self.tool_chosen.emit(name))
            self._tools.addButton(button)
            self._row.addWidget(button)
        self._row.addSpacing(8)

    def _fill_lands(self, menu: QMenu) -> None:
        for kind in LANDS.values():
            action = menu_action(menu, kind.title, kind.tip, kind.name == "none")
            action.setData(kind.name)
            action.setObjectName(f"{kind.name}Land")
            self._lands.addAction(action)
        self._lands.triggered.connect(lambda action: self._choose(str(action.data())))
        menu.addSeparator()
        self._veil = menu_action(menu, "Veil empty land", "Grey out decoded land on which no data lies", True)
        self._veil.setObjectName("veilAction")
        self._veil.setEnabled(False)
        self._veil.toggled.connect(self.veil_toggled)

    def _fill_columns(self, menu: QMenu) -> None:
        for column in COLUMNS.values():
            action = menu_action(menu, column.title, column.tip, column.name == "label")
            action.setData(column.name)
            action.setObjectName(f"{column.name}Colour")
            self._columns.addAction(action)
        self._columns.triggered.connect(lambda action: self.column_chosen.emit(str(action.data())))

    def _fill_views(self, menu: QMenu) -> None:
        for name, title, tip, on in _VIEWS:
            action = menu_action(menu, title, tip, on)
            action.setObjectName(f"{name}Action")
            action.toggled.connect(lambda shown, name=name: self.view_toggled.emit(name, shown))
            self._views[name] = action

    def _on_land_clicked(self, wanted: bool) -> None:
        self._choose(self._last_land if wanted else "none")

    def _choose(self, kind: str) -> None:
        self.show_land(kind)
        self.land_chosen.emit(kind)


def menu_button(icon: str, tip: str, name: str) -> QToolButton:
    """Return a flat button that opens a menu of its own, in which every line has a tip."""
    button = tool_button(icon, tip)
    button.setObjectName(name)
    menu = QMenu(button)
    menu.setToolTipsVisible(True)
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button


def menu_action(menu: QMenu, title: str, tip: str, checked: bool) -> QAction:
    """Add a line to a menu that can be switched."""
    action = menu.addAction(title)
    action.setCheckable(True)
    action.setChecked(checked)
    action.setToolTip(tip)
    action.setProperty(_TIP, tip)
    return action
