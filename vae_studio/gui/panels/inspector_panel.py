"""The inspector: the decoded picture, its code, how far to trust it, and the real pictures around it."""

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from vae_studio.data.image_set import Pictures
from vae_studio.gui.explorer import Explorer
from vae_studio.gui.layouts import add_layout
from vae_studio.gui.morph import MorphDesk
from vae_studio.gui.studio import Studio
from vae_studio.gui.theme import tool_button
from vae_studio.gui.widgets.calm_fields import CalmComboBox, CalmSpinBox
from vae_studio.gui.widgets.code_sliders import CodeSliders
from vae_studio.gui.widgets.picture_strip import PictureStrip
from vae_studio.gui.widgets.picture_view import PictureView
from vae_studio.gui.widgets.trust_line import TrustLine
from vae_studio.gui.workers.requests import NEAREST, Shown, Surroundings
from vae_studio.gui.workers.tasks import EncodedFile
from vae_studio.latent.book_prior import BookPrior
from vae_studio.latent.codes import Floats
from vae_studio.plural import counted

_MOST_NEAREST = 48
_SLIDERS_MS = 50  # between two movements of the sliders while a hand drags over the map
_UNSEEN_SLIDERS_MS = 250  # the same while they are scrolled out of sight, or behind another tab


class InspectorPanel(QScrollArea):
    """Shows what the explorer looks at, and lets the code be changed by hand."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._explorer: Explorer = studio.explorer
        self._morph: MorphDesk = studio.morph
        self._nearest: np.ndarray = np.zeros(0, np.int64)
        self.view = PictureView(empty="Click the map to decode a point.", smooth=True, opaque=True)
        self._original = PictureView()
        self._original_caption = _caption("")
        self._trust = TrustLine()
        self.label = CalmComboBox()  # of conditional runs
        self._label_name = QLabel("Drawn as")
        self._sliders = CodeSliders()
        self._strip = PictureStrip(side=40, wrapping=True, empty="The nearest real pictures will be shown here.")
        self._count = CalmSpinBox()
        self._smooth = tool_button("points", "Smooth or square pixels", checkable=True)
        self._add = QPushButton("Add to morph")
        self._random = tool_button("dice", "Look at a random real picture")
        self._generator = np.random.default_rng(7)
        self._sliders_pause = QTimer(self)
        self._sliders_pause.setSingleShot(True)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.view.setObjectName("decodedImage")
        self.view.setAccessibleName("Decoded picture")
        self.view.setMinimumHeight(180)
        self._smooth.setChecked(True)
        self._count.setObjectName("nearestField")
        self._count.setAccessibleName("How many nearest real pictures")
        self._count.setToolTip("How many of the nearest real pictures are shown, by their distance in the whole code")
        self._count.setRange(1, _MOST_NEAREST)
        self._count.setValue(NEAREST)
        self._add.setToolTip("Add this point as a stop of the morph")
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(8)
        column.addWidget(self.view, 3)
        column.addWidget(self._trust)
        add_layout(column, self._label_row())
        buttons = QHBoxLayout()
        buttons.addWidget(self._add, 1)
        buttons.addWidget(self._random)
        buttons.addWidget(self._smooth)
        add_layout(column, buttons)
        add_layout(column, self._original_row())
        nearest = QHBoxLayout()
        nearest.addWidget(_heading("Nearest real pictures"), 1)
        nearest.addWidget(self._count)
        add_layout(column, nearest)
        column.addWidget(self._strip)
        column.addWidget(_heading("Code"))
        self._sliders.setMinimumHeight(150)
        column.addWidget(self._sliders)
        column.addStretch(1)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(240)

    def _label_row(self) -> QHBoxLayout:
        self.label.setObjectName("labelPicker")
        self.label.setAccessibleName("Label that is drawn")
        self.label.setToolTip("The label with which clicks, ground, morphs and traversals are decoded")
        self._label_name.setBuddy(self.label)
        row = QHBoxLayout()
        row.addWidget(self._label_name)
        row.addWidget(self.label, 1)
        self._on_labels_changed()
        return row

    def _original_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self._original.setFixedSize(72, 72)
        self._original_caption.setWordWrap(True)
        row.addWidget(self._original)
        row.addWidget(self._original_caption, 1)
        self._original.hide()
        self._original_caption.hide()
        return row

    def _connect(self) -> None:
        self._explorer.code_changed.connect(self._on_code_changed)
        self._sliders_pause.timeout.connect(self._show_code)
        self._explorer.shown.connect(self._on_shown)
        self._explorer.surroundings_found.connect(self._on_surroundings_found)
        self._explorer.file_shown.connect(self._on_file_shown)
        self._explorer.picture_shown.connect(self._on_picture_shown)
        self._explorer.cloud_changed.connect(self._on_cloud_changed)
        self._studio.study.trust.judged.connect(self._trust.set_trust)
        self._count.valueChanged.connect(self._explorer.set_nearest)
        self._sliders.edited.connect(self._explorer.look_at)
        self._sliders.random_asked.connect(self._on_random_code_asked)
        self._strip.clicked.connect(lambda place: self._explorer.look_at_picture(int(self._nearest[place])))
        self._random.clicked.connect(self._on_random_clicked)
        self._add.clicked.connect(lambda: self._morph.add(self._explorer.code))
        self._smooth.toggled.connect(self.view.set_smooth)
        self._studio.study.labels.changed.connect(self._on_labels_changed)
        self.label.activated.connect(self._studio.study.labels.choose)
        self.view.picture_dropped.connect(self._on_picture_dropped)
        for view in (self.view, self._original):
            view.failed.connect(lambda sentence: self._studio.message_raised.emit("error", sentence))

    def _on_picture_dropped(self, path: str) -> None:
        from pathlib import Path

        self._studio.open_path(Path(path))

    def _on_code_changed(self, _code: Floats) -> None:
        if not self._sliders_pause.isActive():
            self._show_code()
            self._sliders_pause.start(_UNSEEN_SLIDERS_MS if self._sliders.visibleRegion().isEmpty() else _SLIDERS_MS)
        if not self._original.isHidden():
            self._original.hide()
            self._original_caption.hide()

    def _show_code(self) -> None:
        """Show the code as numbers to be moved, or as the entries of the book that it is made of."""
        code, prior = self._explorer.code, self._explorer.prior
        self._sliders.set_code(code)
        if isinstance(prior, BookPrior) and len(code):
            entries = prior.book.indices(code[None])[0]
            text = ", ".join(str(entry) for entry in entries)
            self._sliders.show_words(f"entries at {counted(len(entries), 'place')}", text)
        else:
            self._sliders.show_words("", "")

    def _on_cloud_changed(self) -> None:
        self._show_code()
        if self._explorer.cloud is None:
            self.view.set_picture(None)
            self._strip.set_pictures([])
            self._trust.clear()

    def _on_shown(self, shown: Shown) -> None:
        self.view.set_picture(shown.picture)

    def _on_surroundings_found(self, found: Surroundings) -> None:
        if self._studio.study.trust.trust is None:  # else the whole judgement stands there already
            self._trust.set_support(found.support, found.counted)
        pictures, captions, numbers = [], [], []
        for index in found.nearest:
            picture = self._explorer.thumbnail(int(index))
            if picture is not None:
                pictures.append(picture)
                captions.append(f"#{index}")
                numbers.append(index)
        self._nearest = np.array(numbers, np.int64)
        self._strip.set_pictures(pictures, captions)

    def _on_file_shown(self, file: EncodedFile) -> None:
        if file.known:
            caption = f"{file.name}, as the model was given it. Above: what comes back of it."
        else:
            caption = f"{file.name}. A memoriser knows its own pictures only. Above: the one that is most like it."
        self._show_original(file.picture, caption)

    def _on_picture_shown(self, index: int) -> None:
        picture, images = self._explorer.thumbnail(index), self._explorer.images
        if picture is not None and images is not None:
            label = images.label_of(index)
            name = f"#{index} ({label})" if label else f"#{index}"
            self._show_original(picture, f"Picture {name} itself. Above: what comes back of it.")

    def _show_original(self, picture: Pictures, caption: str) -> None:
        self._original.set_picture(picture)
        self._original_caption.setText(caption)
        self._original.show()
        self._original_caption.show()

    def _on_random_clicked(self) -> None:
        cloud = self._explorer.cloud
        if cloud is not None and len(cloud.indices):
            self._explorer.look_at_picture(int(self._generator.choice(cloud.indices)))

    def _on_random_code_asked(self) -> None:
        run = self._studio.run
        if run is not None and (run.recipe.prior.kind != "normal" or not run.recipe.objective.has_density):
            self._explorer.draw(int(self._generator.integers(1 << 31)))
            return
        if run is not None and not run.recipe.objective.has_samples:
            self._explorer.noted.emit("These codes follow no prior, so one from a standard normal means little.")
        code = self._generator.standard_normal(len(self._explorer.code)).astype(np.float32)
        self._explorer.look_at(code)

    def _on_labels_changed(self) -> None:
        desk = self._studio.study.labels
        blocker = QSignalBlocker(self.label)
        self.label.clear()
        self.label.addItems(desk.names)
        self.label.setCurrentIndex(desk.label)
        blocker.unblock()
        for widget in (self.label, self._label_name):
            widget.setVisible(bool(desk.names))


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


def _caption(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "caption")
    return label
