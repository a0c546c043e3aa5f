"""The sheet of an experiment, made from what its folder holds."""

from pathlib import Path

import numpy as np

from vae_studio.errors import RunError
from vae_studio.export.comparison.comparison import Comparison, Exhibit
from vae_studio.export.comparison.page import SHEET, write_page
from vae_studio.export.comparison.tables import write_tables
from vae_studio.export.map_image import draw_map, extent_of, grid_points
from vae_studio.latent.plane import plane_for
from vae_studio.runs.codes_file import read_codes
from vae_studio.runs.experiment_folder import ExperimentFolder
from vae_studio.runs.probe import Probe
from vae_studio.runs.recipe_file import read_recipe
from vae_studio.runs.run import load_snapshot
from vae_studio.runs.store import RunFolder
from vae_studio.training.history import History

_MAP, _GRID = 480, 20  # pixels of a map, decoded pictures on its side
_SHOWN = 8  # held-out pictures and their reconstructions


class ExperimentSheet:
    """Shows every finished run; what was looked at once is remembered."""

    def __init__(self, folder: ExperimentFolder) -> None:
        self._folder = folder
        self._exhibits: dict[str, Exhibit] = {}

    def comparison(self) -> Comparison:
        """Return what is known so far; a run that cannot be read any more is listed by its figures alone."""
        outcomes = self._folder.in_order()
        pictured: set[str] = set()
        for outcome in outcomes:
            setting = repr(sorted(outcome.settings.items(), key=lambda pair: pair[0]))
            if outcome.state == "finished" and outcome.name not in self._exhibits:
                try:
                    folder = RunFolder.open(self._folder.run_path(outcome.name))
                    self._exhibits[outcome.name] = exhibit_of(folder, pictures=setting not in pictured)
                except RunError:
                    continue
            if outcome.name in self._exhibits:
                pictured.add(setting)
        title = f"{self._folder.title}: {_varied(self._folder)}"
        return Comparison(title, outcomes, dict(self._exhibits), self._folder.recipe)

    def write(self) -> Path:
        """Write the sheet and the tables into the folder; raises ExportError. Returns the sheet's path."""
        comparison = self.comparison()
        write_tables(self._folder.path, comparison)
        write_page(self._folder.path / SHEET, comparison)
        return self._folder.path / SHEET


def exhibit_of(folder: RunFolder, pictures: bool = True) -> Exhibit:
    """Return what a finished run shows of itself; raises RunError when a part of it cannot be read."""
    history = History.from_csv(folder.read_text("history"))
    column = "total" if _has_prior(folder) else "reconstruction"
    curves = history.curve("held_out", column), history.curve("epoch", column)
    if not pictures or not folder.has("codes"):
        return Exhibit(*curves)
    snapshot = load_snapshot(folder)
    codes, labels = read_codes(folder.read("codes"))
    plane = plane_for(codes)
    xy = plane.to_plane(codes.mu)
    extent = extent_of(xy)
    ground = snapshot.decode(plane.to_code(grid_points(extent, _GRID))).reshape(_GRID, _GRID, *snapshot.shape)
    drawn = draw_map(xy, labels, folder.facts.get("label_names", []), ground, extent, _MAP, legend=False)
    if not folder.has("probe"):
        return Exhibit(*curves, drawn)
    probe = Probe.from_bytes(folder.read("probe"))
    originals = probe.originals[:_SHOWN]
    labels = None if probe.shown_labels is None else probe.shown_labels[:_SHOWN]
    return Exhibit(*curves, drawn, originals, snapshot.reconstruct(np.ascontiguousarray(originals), labels))


def _has_prior(folder: RunFolder) -> bool:
    return read_recipe(folder).objective.has_prior


def _varied(folder: ExperimentFolder) -> str:
    keys = dict.fromkeys(key for outcome in folder.in_order() for key in outcome.settings)
    return " and ".join(keys) or "seeds"
