"""One small run, trained once by the command line itself, that every command is tried on."""

import json
import os
import subprocess
import sys

import pytest

from tests.cli.calling import call


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """The run's folder and what `train --json` said."""
    path = tmp_path_factory.mktemp("cli") / "run"
    words = ["train", "digits", "-o", path, "--epochs", "2", "--seed", "7", "--device", "cpu", "--json"]
    result = call(*words, "--set", "network.kind=dense", "--set", "network.widths=32,16")
    assert result.code == 0, result.err
    return path, json.loads(result.out), result.err


@pytest.fixture
def run(trained):
    """The run's folder; not to be changed."""
    return trained[0]


@pytest.fixture
def python(tmp_path):
    """Run Python code in a process of its own, away from the checkout."""

    def start(code, **variables):
        keep = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
        keep.pop("QT_QPA_PLATFORM", None)
        root = os.fspath(pytest.importorskip("vae_studio").__path__[0]) + "/.."
        environment = {**keep, "PYTHONPATH": root, **variables}
        command = [sys.executable, "-W", "error::ResourceWarning", "-c", code]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    return start
