"""The stops of the morph: in order, each with its rest and the time to the next one."""

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from vae_studio.gui.layouts import add_layout
from vae_studio.gui.morph import MorphDesk
from vae_studio.gui.studio import Studio
from vae_studio.gui.theme import set_icon
from vae_studio.gui.widgets.calm_fields import CalmDoubleSpinBox
from vae_studio.gui.widgets.picture_strip import PictureStrip
from vae_studio.latent.key_frame import KeyFrame

_LONGEST = 600.0  # seconds


class StopEditor(QWidget):
    """Shows the morph desk's stops; a marked one has fields for its times, without one the rest is that of all."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._desk: MorphDesk = studio.morph
        self._strip = PictureStrip(
            side=44, removable=True, movable=True, empty="Shift-click on the map to add stops; two make a morph."
        )
        self._row = QScrollArea()
        self._rest_label, self._way_label = QLabel(), QLabel()
        self._hold, self._travel = CalmDoubleSpinBox(), CalmDoubleSpinBox()
        self._add = QPushButton("Add stop")
        self._clear = QPushButton("Clear")
        self._lay_out()
        self._connect()
        self.refresh()

    def _lay_out(self) -> None:
        self._strip.setObjectName("stopStrip")
        self._strip.setAccessibleName("Stops")
        self._strip.setAccessibleDescription("Drag to reorder; press Delete to take the marked one out.")
        self._row.setWidget(self._strip)
        self._row.setWidgetResizable(True)
        self._row.setFrameShape(QFrame.Shape.NoFrame)
        self._row.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for button, name, icon, tip in (
            (self._add, "addStopButton", "add", "Add the point that is looked at as a stop"),
            (self._clear, "clearStopsButton", "remove", "Take all stops out"),
        ):
            button.setObjectName(name)
            button.setToolTip(tip)
            set_icon(button, icon)
        for box, name, title, tip in (
            (self._hold, "holdField", "Rest", "Seconds to rest at the marked stop, or at every stop when none is"),
            (self._travel, "travelField", "Travel", "Seconds from the marked stop to the next; 0: an even share"),
        ):
            box.setRange(0, _LONGEST)
            box.setSuffix(" s")
            box.setMinimumWidth(66)
            box.setKeyboardTracking(False)  # half a number is no time
            box.setObjectName(name)
            box.setAccessibleName(title)
            box.setToolTip(tip)
        self._travel.setSpecialValueText("even")
        times = QGridLayout()
        times.setVerticalSpacing(4)
        for row, (label, box) in enumerate(((self._rest_label, self._hold), (self._way_label, self._travel))):
            label.setBuddy(box)
            label.setToolTip(box.toolTip())
            times.addWidget(label, row, 0)
            times.addWidget(box, row, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self._add)
        buttons.addWidget(self._clear)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for part in (self._row, times, buttons):
            column.addWidget(part) if isinstance(part, QWidget) else add_layout(column, part)

    def _connect(self) -> None:
        self._add.clicked.connect(lambda: self._desk.add(self._studio.explorer.code))
        self._clear.clicked.connect(self._desk.clear)
        self._strip.removed.connect(self._desk.remove)
        self._strip.moved.connect(self._on_stop_moved)
        self._strip.clicked.connect(self._on_stop_clicked)
        self._strip.unmarked.connect(self._show_times)
        self._hold.valueChanged.connect(self._on_hold_edited)
        self._travel.valueChanged.connect(self._on_travel_edited)
        self._desk.stops_changed.connect(self.refresh)
        self._desk.film_changed.connect(self.refresh)

    def refresh(self, *_unused: object) -> None:
        """Show the stops as they are."""
        desk = self._desk
        self._strip.set_pictures(desk.pictures, [_caption(key) for key in desk.keys])
        self._row.setFixedHeight(self._strip.sizeHint().height() + self._row.horizontalScrollBar().sizeHint().height())
        self._clear.setEnabled(bool(desk.stops))
        self._show_times()

    def _show_times(self) -> None:
        desk, number = self._desk, self._strip.selected()
        marked = 0 <= number < len(desk.keys)
        self._rest_label.setText(f"Rest at stop {number + 1}" if marked else "Rest at each stop")
        self._way_label.setText(f"Way from stop {number + 1}" if marked else "Way to the next")
        key = desk.keys[number] if marked else KeyFrame()
        for box, value in (
            (self._hold, desk.timing.hold if key.hold is None else key.hold),
            (self._travel, key.travel),
        ):
            blocker = QSignalBlocker(box)
            box.setValue(value or 0.0)
            blocker.unblock()
        self._travel.setEnabled(marked and (desk.timing.closed or number < len(desk.keys) - 1))

    def _on_stop_clicked(self, number: int) -> None:
        self._show_times()
        self._studio.explorer.look_at(self._desk.stops[number])

    def _on_stop_moved(self, source: int, target: int) -> None:
        self._strip.set_selected(target)
        self._desk.move(source, target)

    def _on_hold_edited(self, seconds: float) -> None:
        number = self._strip.selected()
        if number < 0:
            self._desk.set_timing(self._desk.timing.model_copy(update={"hold": min(seconds, 60.0)}))
        else:
            self._desk.set_key(number, self._desk.keys[number].model_copy(update={"hold": seconds}))

    def _on_travel_edited(self, seconds: float) -> None:
        number = self._strip.selected()
        if number >= 0:
            self._desk.set_key(number, self._desk.keys[number].model_copy(update={"travel": seconds or None}))


def _caption(key: KeyFrame) -> str:
    """Return the times that a stop has of its own."""
    rest = "" if key.hold is None else f"{key.hold:g}"
    way = "" if key.travel is None else f"→{key.travel:g}"
    return f"{rest}{way} s" if rest or way else ""
