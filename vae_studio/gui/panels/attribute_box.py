"""The attribute box: two groups, the direction between them, and a slider that walks it."""

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from vae_studio.gui.desks.attribute import in_words
from vae_studio.gui.layouts import add_layout
from vae_studio.gui.studio import Studio
from vae_studio.gui.theme import set_icon, tool_button
from vae_studio.gui.widgets.calm_fields import CalmComboBox
from vae_studio.gui.widgets.file_dialog import ask_where_to_save
from vae_studio.latent.attribute import Attribute
from vae_studio.runs.groups import Group

_REACH, _STEPS = 2, 50  # the slider's range to both sides, and its steps to each 1
_ASK = "Choose two groups: the direction between them changes any picture that is looked at."


class AttributeBox(QWidget):
    """Finds an attribute and applies it to the point that is looked at."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio, self._desk = studio, studio.study.attributes
        self._without, self._having = CalmComboBox(), CalmComboBox()
        self._swap = tool_button("loop", "Turn the direction round")
        self._words = QLabel(_ASK)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._amount = QLabel("0.00")
        self._reset = tool_button("reset", "Back to the picture as it was")
        self._film = QPushButton("Walk as film …")
        self._pair: tuple[Group, Group] | None = None
        self._lay_out()
        self._connect()
        self._refresh()

    def _lay_out(self) -> None:
        for box, name, title in (
            (self._without, "attributeFrom", "The group that the direction leads away from"),
            (self._having, "attributeTo", "The group that the direction leads to"),
        ):
            box.setObjectName(name)
            box.setAccessibleName(title)
            box.setToolTip(title)
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            box.setMinimumContentsLength(6)
        self._words.setObjectName("attributeWords")
        self._words.setWordWrap(True)
        self._words.setProperty("role", "caption")
        self._words.setToolTip(
            "Measured on pictures that the direction was not made from: of a picture of each group, how often the "
            "right one lies further along; and how far apart the groups lie, in their own spread."
        )
        self._words.setMinimumHeight(2 * self._words.fontMetrics().lineSpacing() + 2)
        self._words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._slider.setObjectName("attributeSlider")
        self._slider.setAccessibleName("Amount of the attribute")
        self._slider.setToolTip("How far the picture goes along the direction; 1 leads from one group to the other")
        self._slider.setRange(-_REACH * _STEPS, _REACH * _STEPS)
        self._slider.setPageStep(_STEPS // 2)
        self._slider.setTickPosition(QSlider.TickPosition.TicksBelow)
        self._slider.setTickInterval(_STEPS)
        self._amount.setFixedWidth(self._amount.fontMetrics().horizontalAdvance("+0.00 "))
        self._amount.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._reset.setObjectName("attributeReset")
        self._film.setObjectName("attributeFilm")
        self._film.setToolTip("Save the walk from -1 to 1 (or as far as the slider stands), there and back, as a film")
        set_icon(self._film, "film")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for parts in (
            (QLabel("From"), (self._without, 1), QLabel("to"), (self._having, 1), self._swap),
            (QLabel("Amount"), (self._slider, 1), self._amount, self._reset),
        ):
            row = QHBoxLayout()
            for part in parts:
                widget, stretch = part if isinstance(part, tuple) else (part, 0)
                row.addWidget(widget, stretch)
            add_layout(column, row)
            if column.count() == 1:
                column.addWidget(self._words)
        column.addWidget(self._film, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)

    def _connect(self) -> None:
        self._studio.study.groups.changed.connect(self._refresh)
        for box in (self._without, self._having):
            box.currentIndexChanged.connect(self._on_pair_chosen)
            box.activated.connect(self._on_pair_chosen_again)
        self._swap.clicked.connect(self._on_swap_clicked)
        self._slider.valueChanged.connect(lambda step: self._desk.set_amount(step / _STEPS))
        self._reset.clicked.connect(lambda: self._desk.set_amount(0.0))
        self._film.clicked.connect(self.ask_film)
        self._desk.found.connect(self._on_found)
        self._desk.amount_changed.connect(self._on_amount_changed)
        self._desk.failed.connect(self._on_failed)
        self._desk.written.connect(
            lambda file: self._studio.tell_done(f"Saved {file} and how to make it again beside it.")
        )

    def ask_film(self) -> None:
        """Ask for a name and save the walk."""
        snapshot, folder = self._studio.snapshot, self._studio.folder
        if snapshot is None or folder is None or self._desk.attribute is None:
            return
        if self._studio.replay.in_past:  # the direction is of codes that the film's decoder does not know
            self._desk.failed.emit("Films are made of the run as it is; press Now below the map, then look once more.")
            return
        kinds = "GIF (*.gif);;Animated PNG (*.apng);;WebP (*.webp);;MP4 (*.mp4)"
        file = ask_where_to_save(self, "Save the walk", "attribute.gif", kinds)
        if file is not None:
            self._desk.write_film(file if file.suffix else Path(f"{file}.gif"), snapshot, folder.path)

    def _refresh(self) -> None:
        """List the groups anew; a pair that is still there stays chosen."""
        groups = self._studio.study.groups.groups
        for box, first in ((self._without, "a group"), (self._having, "another group")):
            before = box.currentText() if box.currentIndex() > 0 else ""
            blocker = QSignalBlocker(box)
            box.clear()
            box.addItem(f"– {first} –")
            box.addItems([group.name for group in groups.groups])
            box.setCurrentIndex(max(0, box.findText(before)) if before else 0)
            blocker.unblock()
        self._on_pair_chosen()

    def _on_pair_chosen(self, _index: int = 0) -> None:
        groups = self._studio.study.groups.groups
        places = self._without.currentIndex() - 1, self._having.currentIndex() - 1
        pair = (groups[places[0]], groups[places[1]]) if min(places) >= 0 else None
        if pair == self._pair and (pair is None or self._desk.attribute is not None):
            self._on_found(self._desk.attribute)
            return
        self._pair = pair
        self._desk.forget()
        self._on_found(None)
        if pair is not None and places[0] == places[1]:
            self._words.setText("Choose two different groups.")
        elif pair is not None:
            self._words.setText("Looking for the direction …")
            self._desk.find(*pair)

    def _on_pair_chosen_again(self, _index: int) -> None:
        """Look once more for a direction that was let go of when the codes changed."""
        if self._desk.attribute is None and not self._studio.jobs.running("attribute"):
            self._on_pair_chosen()

    def _on_swap_clicked(self) -> None:
        first, second = self._without.currentIndex(), self._having.currentIndex()
        blocker = QSignalBlocker(self._without)
        self._without.setCurrentIndex(second)
        blocker.unblock()
        self._having.setCurrentIndex(first)

    def _on_found(self, attribute: Attribute | None) -> None:
        for widget in (self._slider, self._reset, self._film):
            widget.setEnabled(attribute is not None)
        if attribute is not None:
            self._words.setText(in_words(attribute))
        elif self._pair is not None:
            self._words.setText("The codes have changed; choose the groups once more.")
        else:
            self._words.setText(_ASK)

    def _on_failed(self, sentence: str) -> None:
        self._on_found(self._desk.attribute)
        self._words.setText(sentence)

    def _on_amount_changed(self, amount: float) -> None:
        self._amount.setText("0.00" if amount == 0 else f"{amount:+.2f}")
        if not self._slider.isSliderDown():
            blocker = QSignalBlocker(self._slider)
            self._slider.setValue(round(amount * _STEPS))
            blocker.unblock()
