"""The house rules, checked by the tools that know them."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "vae_studio").rglob("*.py"))
LONGEST_FILE, LONGEST_FUNCTION = 300, 50  # lines


def run(*command):
    """Run a tool of the interpreter's own environment in the checkout; fail with what it says."""
    tool = Path(sys.executable).with_name(command[0])
    done = subprocess.run([str(tool), *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_finds_nothing():
    run("ruff", "check", "--quiet")


def test_everything_is_formatted():
    run("ruff", "format", "--check", "--quiet")


def test_types_are_right():
    run("mypy", "--no-error-summary")


def test_imports_go_downward_only():
    run("lint-imports")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "vae_studio")))
def test_files_and_functions_stay_short_and_say_what_they_are(path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert len(text.splitlines()) < LONGEST_FILE
    assert ast.get_docstring(tree), "the module has no docstring"
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = [f.name for f in functions if f.end_lineno - f.lineno >= LONGEST_FUNCTION]
    assert not long, f"longer than {LONGEST_FUNCTION} lines"
