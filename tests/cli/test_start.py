"""The start of the program: quick, without torch and Qt, and clear where there can be no window."""

import gc
import json
import os
import re
import subprocess
import sys
import typing
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.cli.calling import call
from vae_studio import __version__, device
from vae_studio.cli import arguments, libraries, recipe_options, window
from vae_studio.cli.app import _COMMANDS
from vae_studio.latent.paths import PATHS
from vae_studio.models.catalogue import NETWORKS
from vae_studio.objectives.catalogue import LIKELIHOODS, OBJECTIVES
from vae_studio.runs import presets

HEAVY = ("torch", "numpy", "PySide6", "sklearn", "scipy", "rich")
NO_QT = """
import sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("PySide6", "shiboken6", "pyqtgraph", "superqt"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Blocker())
from vae_studio.cli import run
"""


def test_help_of_every_command_imports_nothing_heavy(python):
    code = f"""
import contextlib, io, json, sys
from vae_studio.cli import run
heavy = {{}}
for command in {["", *sorted(_COMMANDS, key="encode".__eq__)]!r}:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert run([*command.split(), "--help"]) == 0, command
    assert "Usage: vae-studio" in out.getvalue(), command
    heavy[command] = [name for name in {HEAVY!r} if name in sys.modules]
print(json.dumps(heavy))
"""
    result = python(code)
    assert result.returncode == 0, result.stderr
    heavy = json.loads(result.stdout)
    assert set(heavy.pop("encode")) <= {"numpy"}  # it asks the tables, which know numpy
    assert not any(heavy.values()), heavy


def test_help_lists_what_the_catalogues_hold(python):
    result = python("from vae_studio.cli import run; run(['morph', '--help']); run(['train', '--help'])")
    text = re.sub(r"-\n +", "-", result.stdout)  # a name may be broken at its hyphen
    words = re.sub("[,;]", " ", text).split()
    assert {*PATHS, *presets.presets(), *NETWORKS, *OBJECTIVES, *LIKELIHOODS} <= {word.rstrip(".") for word in words}
    assert "{" not in result.stdout.replace("{SOURCE}", "").replace("{RUN}", "")


def test_names_repeated_for_a_quick_start_are_the_true_ones():
    assert typing.get_args(arguments.DeviceName) == device.DEVICE_NAMES
    assert recipe_options.DEFAULT_PRESET == presets.DEFAULT


def test_the_program_runs_as_a_module(tmp_path):
    result = subprocess.run(
        [sys.executable, "-m", "vae_studio", "--version"], capture_output=True, text=True, timeout=60, check=False
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, f"vae-studio {__version__}\n", "")
    result = subprocess.run(
        [sys.executable, "-m", "vae_studio", "traim"], capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 2 and result.stderr == "vae-studio: No such command 'traim'. Did you mean 'train'?\n"


def test_commands_work_without_qt(python, run, tmp_path):
    words = ["decode", str(run), "--z", "0,0", "-o", str(tmp_path / "a.png")]
    result = python(f"{NO_QT}\ncode = run({words!r})\nassert 'PySide6' not in sys.modules\nsys.exit(code)")
    assert (result.returncode, result.stderr) == (0, "")
    assert (tmp_path / "a.png").is_file()


@pytest.mark.parametrize("words", [[], ["open", "."]])
def test_the_window_without_qt_or_display(python, words):
    result = python(f"{NO_QT}\nsys.exit(run({words!r}))", QT_QPA_PLATFORM="offscreen")
    assert result.returncode == 1
    assert "pip install PySide6-Essentials" in result.stderr and result.stderr.count("\n") == 1
    if sys.platform.startswith("linux"):
        result = python(f"import sys\nfrom vae_studio.cli import run\nsys.exit(run({words!r}))")
        assert result.returncode == 1
        assert result.stderr.startswith("vae-studio: There is no display to open a window on; use the commands")
        assert "QT_QPA_PLATFORM=offscreen" in result.stderr and result.stderr.count("\n") == 1


@pytest.mark.parametrize(("words", "path"), [([], None), (["open", "."], Path())])
def test_the_window_gets_the_path_and_gives_the_exit_code(words, path, monkeypatch):
    opened = []
    fake = SimpleNamespace(open_window=lambda path: opened.extend([path, gc.isenabled()]) or 3)
    monkeypatch.setitem(sys.modules, "vae_studio.gui.app", fake)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert call(*words).code == 3
    assert opened == [path, False], "a start does not search for garbage"
    assert gc.isenabled()


def test_a_missing_system_library_is_named_with_its_package(monkeypatch):
    monkeypatch.setattr(libraries, "_PACKAGES", {"libc.so.6": "libc6", "libnothing.so.9": "libnothing9"})
    monkeypatch.setattr(libraries.sys, "platform", "linux")
    monkeypatch.setattr(libraries, "_loads", lambda library: library == "libc.so.6")
    error = ImportError("libnothing.so.9: cannot open shared object file: No such file or directory")
    assert libraries.missing_packages() == ["libnothing9"]
    assert window._sentence(error).endswith("install them with: sudo apt install libnothing9")


def test_a_library_that_would_make_qt_abort_is_named_before_qt_is_loaded(monkeypatch):
    opened = []
    fake = SimpleNamespace(open_window=lambda path: opened.append(path) or 0)
    monkeypatch.setitem(sys.modules, "vae_studio.gui.app", fake)
    monkeypatch.setattr(libraries, "_PACKAGES", {"libxcb-cursor.so.0": "libxcb-cursor0"})
    monkeypatch.setattr(libraries.sys, "platform", "linux")
    monkeypatch.setattr(libraries, "_loads", lambda library: False)
    for name in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":1")
    result = call()
    assert result.code == 1 and not opened
    assert result.err.strip().endswith("sudo apt install libxcb-cursor0")
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert call().code == 0 and opened == [None]


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break in another way there")
def test_a_reader_that_goes_away_meets_no_traceback():
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "vae_studio", "presets"]
    result = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    os.close(writing)
    assert (result.returncode, result.stderr) == (1, "")
