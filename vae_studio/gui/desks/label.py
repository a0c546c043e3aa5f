"""The label desk: of a conditional run, the label with which codes are decoded."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from vae_studio.gui.studio import Studio


class LabelDesk(QObject):
    """Knows which labels can be chosen; clicks, ground, morphs and traversals are drawn with the chosen one."""

    changed = Signal()  # other labels to choose from, or another one chosen

    def __init__(self, studio: "Studio") -> None:
        super().__init__(studio)
        self.names: tuple[str, ...] = ()  # none where labels are no condition
        self.label = 0
        self._studio = studio
        self._path: object = None
        studio.run_changed.connect(self._on_run_changed)

    def choose(self, label: int) -> None:
        """Draw everything with another label from now on."""
        if label == self.label or not 0 <= label < len(self.names):
            return
        self._take(label)
        self.changed.emit()

    def _take(self, label: int) -> None:
        studio = self._studio
        self.label = label
        studio.morph.label = self.names[label] if self.names else None
        studio.runs.set_label(label)

    def _on_run_changed(self) -> None:
        run = self._studio.run
        path = None if run is None else run.folder.path
        names = () if run is None or run.recipe.network.condition != "label" else _names(run.folder.facts)
        if path == self._path and names == self.names:
            return
        self._path, self.names = path, names
        self._take(0)
        self.changed.emit()


def _names(facts: dict[str, object]) -> tuple[str, ...]:
    """Return what the labels of a run are called; those without a name of their own are numbers."""
    named, count = facts.get("label_names", ()), facts.get("labels", 0)
    names = [str(name) for name in named] if isinstance(named, list | tuple) else []
    return tuple(names + [str(number) for number in range(len(names), count if isinstance(count, int) else 0)])
