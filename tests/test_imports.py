"""What importing a part brings along: no window outside gui/, no torch where the window starts."""

import pkgutil
import subprocess
import sys

import pytest

import vae_studio

OUTSIDE_GUI = [
    module.name
    for module in pkgutil.walk_packages(vae_studio.__path__, "vae_studio.", onerror=lambda _name: None)
    if not module.name.startswith(("vae_studio.gui", "vae_studio.__main__"))
]
WITHOUT_TORCH = [
    "vae_studio.runs",
    "vae_studio.runs.recipe",
    "vae_studio.runs.store",
    "vae_studio.runs.presets",
    "vae_studio.runs.home",
    "vae_studio.runs.codes_file",
    "vae_studio.models.catalogue",
    "vae_studio.objectives.catalogue",
    "vae_studio.data.catalogue",
    "vae_studio.training.options",
    "vae_studio.training.events",
    "vae_studio.training.history",
]


def imported(modules, forbidden):
    """Import modules in a fresh interpreter; return which of the forbidden ones came along."""
    code = f"import {', '.join(modules)}, sys; print(sorted(set({forbidden!r}) & set(sys.modules)))"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_nothing_outside_gui_imports_qt():
    assert len(OUTSIDE_GUI) > 50
    assert imported(OUTSIDE_GUI, ["PySide6", "pyqtgraph", "superqt"]) == "[]"


def test_what_the_window_starts_with_needs_no_torch():
    assert imported(WITHOUT_TORCH, ["torch", "torchvision", "sklearn", "scipy", "PySide6"]) == "[]"


@pytest.mark.parametrize("module", WITHOUT_TORCH)
def test_the_list_names_modules_that_exist(module):
    assert module == "vae_studio.runs" or module in OUTSIDE_GUI
