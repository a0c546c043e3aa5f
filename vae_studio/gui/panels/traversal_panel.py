"""The traversals: a row of pictures for each dimension of the code, the most informative first."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from vae_studio.gui.desks.traversal import MOST_DIMS
from vae_studio.gui.layouts import add_layout
from vae_studio.gui.studio import Studio
from vae_studio.gui.theme import set_icon
from vae_studio.gui.widgets.calm_fields import CalmDoubleSpinBox, CalmSpinBox
from vae_studio.gui.widgets.elided_label import ElidedLabel
from vae_studio.gui.widgets.file_dialog import ask_where_to_save
from vae_studio.gui.widgets.picture_rows import PictureRows
from vae_studio.gui.workers.traversal_requests import Rows

_EMPTY = "What each dimension of the code does to the picture appears here once there is a trained model."


class TraversalPanel(QWidget):
    """Shows the traversal desk; a click looks at a picture."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio, self._desk = studio, studio.study.traversals
        self.setObjectName("traversalPanel")
        self.rows = PictureRows(_EMPTY)
        self._dims, self._reach = CalmSpinBox(), CalmDoubleSpinBox()
        self._save = QPushButton("Save sheet …")
        self._about = ElidedLabel()
        self._lay_out()
        self._connect()
        self._on_walked(None)

    def _lay_out(self) -> None:
        self.rows.setObjectName("traversalRows")
        self.rows.setAccessibleName("Traversals")
        self.rows.setToolTip("Click a picture to look at it; the marked one in each row is nearest to the current code")
        self._dims.setObjectName("traversalDimsField")
        self._dims.setAccessibleName("How many dimensions")
        self._dims.setToolTip("How many dimensions are shown, those first that tell most about a picture (their KL)")
        self._dims.setRange(1, MOST_DIMS)
        self._dims.setValue(self._desk.dims)
        self._reach.setObjectName("traversalReachField")
        self._reach.setAccessibleName("Reach in standard deviations")
        self._reach.setToolTip("How far each row goes to either side, in standard deviations of the codes")
        self._reach.setRange(0.1, 10)
        self._reach.setValue(self._desk.reach)
        self._reach.setPrefix("± ")
        self._reach.setSuffix(" σ")
        self._save.setObjectName("traversalSaveButton")
        self._save.setToolTip("Save these rows as one PNG")
        set_icon(self._save, "export")
        self._about.setProperty("role", "caption")
        head = QHBoxLayout()
        for widget in (QLabel("Dimensions"), self._dims, QLabel("Reach"), self._reach):
            head.addWidget(widget)
        head.addWidget(self._about, 1)
        head.addWidget(self._save)
        area = QScrollArea()
        area.setWidget(self.rows)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 12, 8)
        add_layout(column, head)
        column.addWidget(area, 1)

    def _connect(self) -> None:
        self._desk.walked.connect(self._on_walked)
        self._desk.failed.connect(lambda sentence: self._studio.message_raised.emit("warning", sentence))
        self._desk.saved.connect(lambda file: self._studio.tell_done(f"Saved {file}."))
        self._dims.valueChanged.connect(self._desk.set_dims)
        self._reach.valueChanged.connect(self._desk.set_reach)
        self.rows.picked.connect(self._desk.look_at)
        self._save.clicked.connect(self.ask_save)
        self._studio.explorer.cloud_changed.connect(self._on_cloud_changed)

    def ask_save(self) -> None:
        """Ask for a name and save the sheet."""
        if self._desk.rows is None:
            return
        file = ask_where_to_save(self, "Save the traversals", "traversals.png", "PNG (*.png)")
        if file is not None:
            self._desk.save(file if file.suffix.lower() == ".png" else Path(f"{file}.png"))

    def _on_cloud_changed(self) -> None:
        cloud, reason = self._studio.explorer.cloud, self._studio.refusals.traversals
        self.rows.set_empty(reason or _EMPTY)
        for field in (self._dims, self._reach):
            field.setEnabled(not reason)
        if cloud is not None:
            blocker = QSignalBlocker(self._dims)
            self._dims.setMaximum(min(MOST_DIMS, cloud.codes.dim))
            blocker.unblock()

    def _on_walked(self, rows: Rows | None) -> None:
        self._save.setEnabled(rows is not None)
        if rows is None:
            self.rows.set_rows(None)
            self._about.setText("")
            return
        walks, code = rows.walks, self._studio.explorer.code
        told = ["" if np.isnan(nats) else f"{nats:.2f} nats" for nats in walks.kl]  # some have no KL of their own
        names = [(f"z{dim + 1}", words) for dim, words in zip(walks.order, told, strict=True)]
        marked = [int(np.abs(walks.values[row] - code[dim]).argmin()) for row, dim in enumerate(walks.order)]
        self.rows.set_rows(rows.pictures, names, marked)
        shown, dim = len(walks.order), len(code)
        self._about.setText(f"{shown} of {dim} dimensions, most informative first" if shown < dim else "")
