"""The look: Fusion with a light and a dark palette, one accent colour, and icons drawn in the palette's colours."""

from typing import Literal

from PySide6.QtCore import QByteArray, QObject, QSize, Qt
from PySide6.QtGui import QAction, QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication, QToolButton

from vae_studio.resources import resource

Scheme = Literal["system", "light", "dark"]
_SIZES = (16, 20, 24, 32, 48, 64)  # pixels; Qt takes the one that suits size and screen
_ICON = "studioIcon"  # the property that remembers which icon a button or action has

_LIGHT = {
    "Window": "#f3f4f6", "WindowText": "#20252e", "Base": "#ffffff", "AlternateBase": "#f6f7f9", "Text": "#20252e",
    "Button": "#fbfbfc", "ButtonText": "#20252e", "BrightText": "#ffffff", "ToolTipBase": "#2a3038",
    "ToolTipText": "#f2f4f6", "PlaceholderText": "#8b939f", "Highlight": "#0f7f86", "HighlightedText": "#ffffff",
    "Link": "#0f7f86", "LinkVisited": "#5b5f97", "Light": "#ffffff", "Midlight": "#e9ebee", "Mid": "#c9ced5",
    "Dark": "#a9b0ba", "Shadow": "#7d8591", "Accent": "#0f7f86",
}  # fmt: skip
_DARK = {
    "Window": "#25292f", "WindowText": "#e4e7eb", "Base": "#191c20", "AlternateBase": "#20242a", "Text": "#e4e7eb",
    "Button": "#2d323a", "ButtonText": "#e4e7eb", "BrightText": "#ffffff", "ToolTipBase": "#3a414b",
    "ToolTipText": "#f2f4f6", "PlaceholderText": "#7f8894", "Highlight": "#3fb4ba", "HighlightedText": "#0c1719",
    "Link": "#56c6cb", "LinkVisited": "#a3a6e0", "Light": "#454c57", "Midlight": "#363c45", "Mid": "#4a515c",
    "Dark": "#14171b", "Shadow": "#0b0d10", "Accent": "#3fb4ba",
}  # fmt: skip
_SHEET = """
QToolTip {{ border: 1px solid {mid}; padding: 4px 6px; background: {tip}; color: {tip_text}; }}
QPushButton {{ padding: 5px 14px; border: 1px solid {mid}; border-radius: 6px; background: {button}; }}
QPushButton:hover {{ border-color: {accent}; }}
QPushButton:pressed, QPushButton:checked {{ background: {midlight}; }}
QPushButton:focus {{ border-color: {accent}; }}
QPushButton:disabled {{ color: {weak}; border-color: {midlight}; }}
QPushButton[primary="true"] {{ background: {accent}; border-color: {accent}; color: {on_accent}; font-weight: 600; }}
QPushButton[primary="true"]:hover {{ background: {accent_hover}; }}
QPushButton[primary="true"]:disabled {{ background: {midlight}; border-color: {midlight}; color: {weak}; }}
QCollapsible > QPushButton, QCollapsible > QPushButton:checked {{ border: none;
  background: transparent; text-align: left;
  padding: 4px 0;
  font-weight: 600; }}
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox {{ min-height: 22px; }}
QToolButton {{ border: 1px solid transparent; border-radius: 6px; padding: 4px; }}
QToolButton:hover {{ background: {midlight}; }}
QToolButton:pressed {{ background: {mid}; }}
QToolButton:checked {{ background: {midlight}; border-color: {mid}; }}
QToolButton:focus {{ border-color: {accent}; }}
QToolBar {{ border: none; border-bottom: 1px solid {midlight}; padding: 4px 6px; spacing: 4px; }}
QDockWidget {{ font-weight: 600; titlebar-close-icon: none; }}
QDockWidget::title {{ padding: 6px 8px; background: {window}; text-align: left; }}
QMainWindow::separator {{ background: {midlight}; width: 4px; height: 4px; }}
QMainWindow::separator:hover {{ background: {accent}; }}
QProgressBar {{ border: none; border-radius: 4px; background: {midlight}; text-align: center; min-height: 16px;
  color: {text}; }}
QProgressBar::chunk {{ border-radius: 4px; background: {accent_soft}; }}
QStatusBar {{ border-top: 1px solid {midlight}; }}
QStatusBar::item {{ border: none; }}
QLabel[role="error"] {{ color: {error}; }}
QLabel[role="caption"] {{ color: {weak}; }}
QLabel[role="title"] {{ font-size: 15pt; font-weight: 600; }}
"""


def apply_theme(app: QApplication, scheme: Scheme = "system") -> None:
    """Give the program its look; with "system" it follows the desktop from light to dark and back."""
    keeper = app.findChild(_ThemeKeeper) or _ThemeKeeper(app)
    keeper.use(scheme)


def palette_for(dark: bool) -> QPalette:
    """Return the light or the dark palette."""
    palette = QPalette()
    for role, colour in (_DARK if dark else _LIGHT).items():
        palette.setColor(QPalette.ColorRole[role], QColor(colour))
    weak = _blend(palette, QPalette.ColorRole.Text, QPalette.ColorRole.Window, 0.6)
    for role in ("WindowText", "Text", "ButtonText"):
        palette.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole[role], weak)
    palette.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Highlight, palette.color(QPalette.ColorRole.Mid))
    return palette


def icon(name: str) -> QIcon:
    """Return an icon in the palette's colours, with its disabled and checked looks; StudioError when there is none."""
    source = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
    palette = QGuiApplication.palette()
    made = QIcon()
    looks = (
        (QPalette.ColorGroup.Active, QPalette.ColorRole.ButtonText, QIcon.Mode.Normal, QIcon.State.Off),
        (QPalette.ColorGroup.Active, QPalette.ColorRole.Highlight, QIcon.Mode.Normal, QIcon.State.On),
        (QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText, QIcon.Mode.Disabled, QIcon.State.Off),
        (QPalette.ColorGroup.Active, QPalette.ColorRole.HighlightedText, QIcon.Mode.Selected, QIcon.State.Off),
    )
    for group, role, mode, state in looks:
        svg = source.replace("currentColor", palette.color(group, role).name())
        renderer = QSvgRenderer(QByteArray(svg.encode()))
        for size in _SIZES:
            made.addPixmap(_rendered(renderer, size), mode, state)
    return made


def set_icon(target: QAbstractButton | QAction, name: str) -> None:
    """Give a button or an action an icon that is drawn anew when the theme changes."""
    target.setProperty(_ICON, name)
    target.setIcon(icon(name))


def tool_button(name: str, tip: str, checkable: bool = False) -> QToolButton:
    """Return a flat button with an icon; the tip is also what a screen reader says."""
    button = QToolButton()
    set_icon(button, name)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setCheckable(checkable)
    return button


class _ThemeKeeper(QObject):
    """Remembers the chosen scheme and follows the desktop's."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._scheme: Scheme = "system"
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._on_colour_scheme_changed)

    def use(self, scheme: Scheme) -> None:
        """Choose light, dark, or the desktop's own."""
        self._scheme = scheme
        wanted = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}.get(scheme, Qt.ColorScheme.Unknown)
        self._app.styleHints().setColorScheme(wanted)
        self._refresh()

    def _on_colour_scheme_changed(self, _scheme: Qt.ColorScheme) -> None:
        if self._scheme == "system":
            self._refresh()

    def _refresh(self) -> None:
        desktop = self._app.styleHints().colorScheme()
        dark = self._scheme == "dark" or (self._scheme == "system" and desktop == Qt.ColorScheme.Dark)
        palette = palette_for(dark)
        self._app.setPalette(palette)
        self._app.setStyleSheet(_sheet(palette, dark))
        for top in self._app.topLevelWidgets():
            for child in (top, *top.findChildren(QAbstractButton), *top.findChildren(QAction)):
                if name := child.property(_ICON):
                    child.setIcon(icon(name))


def _sheet(palette: QPalette, dark: bool) -> str:
    role = QPalette.ColorRole
    accent = palette.color(role.Highlight)
    return _SHEET.format(
        window=palette.color(role.Window).name(),
        text=palette.color(role.Text).name(),
        button=palette.color(role.Button).name(),
        mid=palette.color(role.Mid).name(),
        midlight=palette.color(role.Midlight).name(),
        accent=accent.name(),
        accent_hover=accent.lighter(112).name(),
        accent_soft=_blend(palette, role.Highlight, role.Window, 0.45 if dark else 0.55).name(),
        on_accent=palette.color(role.HighlightedText).name(),
        weak=_blend(palette, role.Text, role.Window, 0.6).name(),
        tip=palette.color(role.ToolTipBase).name(),
        tip_text=palette.color(role.ToolTipText).name(),
        error="#ff8a80" if dark else "#b3261e",
    )


def _blend(palette: QPalette, front: QPalette.ColorRole, back: QPalette.ColorRole, share: float) -> QColor:
    a, b = palette.color(front), palette.color(back)
    pairs = ((a.redF(), b.redF()), (a.greenF(), b.greenF()), (a.blueF(), b.blueF()))
    return QColor.fromRgbF(*(share * x + (1 - share) * y for x, y in pairs))


def _rendered(renderer: QSvgRenderer, size: int) -> QPixmap:
    pixmap = QPixmap(QSize(size, size))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter)
    painter.end()
    return pixmap
