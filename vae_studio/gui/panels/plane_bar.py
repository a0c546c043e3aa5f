"""The bar under the map that says which plane of the code it shows, and how much of the truth that keeps."""

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSlider, QToolButton, QWidget

from vae_studio.gui.plots.selecting_map import SelectingMap
from vae_studio.gui.studio import Studio
from vae_studio.gui.theme import tool_button
from vae_studio.gui.widgets.calm_fields import CalmComboBox, CalmSpinBox
from vae_studio.gui.widgets.elided_label import ElidedLabel
from vae_studio.latent.embeddings import EMBEDDINGS
from vae_studio.latent.faithfulness import Faithfulness

_STEPS = 100  # of the depth to either side
_KINDS = (
    ("pca", "Widest plane", "The two directions in which the codes spread most (PCA); every place is an exact code"),
    ("axes", "Two dimensions", "Two dimensions of the code as they are; every place is an exact code"),
    ("pictures", "Three pictures", "The plane through three real pictures; every place is an exact code"),
)


class PlaneBar(QWidget):
    """Chooses the chart of codes with more than two dimensions; hidden for the others."""

    def __init__(self, studio: Studio, latent_map: SelectingMap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio, self._desk, self._map = studio, studio.study.planes, latent_map
        self._chart = studio.explorer.chart
        self._kind = CalmComboBox()
        self._axes = (CalmSpinBox(), CalmSpinBox())
        self._pick = QToolButton()
        self._depth_name = QLabel("Depth")
        self._depth = QSlider(Qt.Orientation.Horizontal)
        self._here = tool_button("pointer", "Shift the plane so that it passes through the point that is looked at")
        self._caption = ElidedLabel()
        self._covered = False  # whether something else lies in place of the map
        self._lay_out()
        self._connect()
        self._refresh()

    def _lay_out(self) -> None:
        self.setObjectName("planeBar")
        self._kind.setObjectName("planePicker")
        self._kind.setAccessibleName("What the map shows of the code")
        self._kind.setToolTip("What the map shows of a code with more than two dimensions")
        bent = ((name, row.title, f"{row.summary} A click finds a picture.") for name, row in EMBEDDINGS.items())
        rows = (*_KINDS, *bent)
        for number, (name, title, tip) in enumerate(rows):
            self._kind.addItem(title, name)
            self._kind.setItemData(number, tip, Qt.ItemDataRole.ToolTipRole)
        for field, name, way in zip(self._axes, ("xAxisField", "yAxisField"), ("across", "up"), strict=True):
            field.setObjectName(name)
            field.setPrefix("z")
            field.setAccessibleName(f"The dimension that runs {way}")
            field.setToolTip(f"The dimension of the code that runs {way}")
        self._pick.setObjectName("planePicturesButton")
        self._pick.setText("Choose")
        self._pick.setToolTip("Choose the three pictures")
        self._pick.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._pick.setMenu(QMenu(self._pick))
        self._depth.setObjectName("depthSlider")
        self._depth.setAccessibleName("Plane depth")
        self._depth.setToolTip("Shift the plane through the code, along the direction off it with the widest spread")
        self._depth.setRange(-_STEPS, _STEPS)
        self._depth.setPageStep(_STEPS // 10)
        self._depth.setMaximumWidth(150)
        self._here.setObjectName("planeHereButton")
        self._caption.setObjectName("planeCaption")
        self._caption.setProperty("role", "caption")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 3, 8, 4)
        row.setSpacing(6)
        for widget in (self._kind, *self._axes, self._pick, self._depth_name, self._depth, self._here):
            row.addWidget(widget)
        row.addWidget(self._caption, 1)

    def _connect(self) -> None:
        explorer = self._studio.explorer
        self._kind.activated.connect(lambda _index: self._desk.show(self._kind.currentData()))
        for field in self._axes:
            field.valueChanged.connect(self._on_axes_edited)
        for title, action in (
            ("Click three on the map", self._desk.pick),
            ("The first three stops of the morph", lambda: self._desk.show_stops(self._studio.morph.stops)),
            ("The three selected", lambda: self._desk.show_pictures(self._map.selection().tolist())),
        ):
            self._pick.menu().addAction(title).triggered.connect(action)
        self._depth.valueChanged.connect(lambda step: explorer.set_depth(step / _STEPS))
        self._here.clicked.connect(lambda: self._chart.pass_through(explorer.code))
        self._map.selected.connect(self._desk.take)
        self._map.tool_changed.connect(self._on_tool_changed)
        self._desk.picking_changed.connect(self._on_picking_changed)
        self._desk.refused.connect(lambda sentence: self._studio.message_raised.emit("warning", sentence))
        self._desk.noted.connect(explorer.noted)
        self._studio.study.trust.compared.connect(self._show_caption)
        for signal in (
            self._chart.changed,
            self._chart.shifted,
            explorer.cloud_changed,
            self._desk.picking_changed,
            self._desk.placing_changed,
            self._desk.refused,
        ):
            signal.connect(self._refresh)

    def set_covered(self, covered: bool) -> None:
        """Hide while something else, like the code book, lies in place of the map."""
        self._covered = covered
        self._refresh()

    def _on_axes_edited(self, _value: int) -> None:
        i, j = (field.value() - 1 for field in self._axes)
        if i != j:
            self._desk.show_axes(i, j)

    def _on_picking_changed(self) -> None:
        """While pictures are picked, a click on the map takes one."""
        picked = self._desk.picked
        if picked is None:
            if self._map.tool() == "box":
                self._map.set_tool("point")
            return
        if not picked:
            self._map.set_tool("box")
        self._studio.study.groups.show_on_map(np.array(picked, np.int64))

    def _on_tool_changed(self, tool: str) -> None:
        if tool != "box":
            self._desk.stop_picking()

    def _refresh(self, *_unused: object) -> None:
        chart, cloud = self._chart, self._studio.explorer.cloud
        dim = 0 if cloud is None else cloud.codes.dim
        self.setVisible(dim > 2 and not self._covered)
        picking = self._desk.picked is not None
        kind = "pictures" if picking else self._desk.placing or chart.kind
        blockers = [QSignalBlocker(widget) for widget in (self._kind, *self._axes, self._depth)]
        self._kind.setCurrentIndex(self._kind.findData(kind))
        for field, axis in zip(self._axes, chart.axes, strict=True):
            field.setRange(1, max(1, dim))
            field.setValue(axis + 1)
            field.setVisible(kind == "axes")
        if not self._depth.isSliderDown():
            self._depth.setValue(round(chart.depth * _STEPS))
        del blockers
        self._pick.setVisible(kind == "pictures")
        for widget in (self._depth_name, self._depth, self._here):
            widget.setVisible(chart.deep)
        self._show_caption(self._studio.study.trust.faithfulness)

    def _show_caption(self, faithfulness: Faithfulness | None) -> None:
        if self._desk.picked is not None:
            self._caption.setText(f"Click real pictures on the map: {len(self._desk.picked)} of 3 (Esc: leave)")
        elif self._desk.placing:
            self._caption.setText("Placing the pictures …")
        elif faithfulness is None:
            self._caption.setText("")
        else:
            among = "" if faithfulness.counted == faithfulness.total else f" ({faithfulness.counted:,} counted)"
            self._caption.setText(f"Keeps {faithfulness.kept:.0%} of neighbours{among}")
            self._caption.setToolTip(f"{self._caption.text()}. {faithfulness.sentence()}")
