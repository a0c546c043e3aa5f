"""What the README shows and names is there."""

import re
import tomllib
from pathlib import Path

from typer.main import get_command

from vae_studio.cli import libraries
from vae_studio.cli.app import app
from vae_studio.export.script import losses, networks
from vae_studio.extras import EXTRAS, install_hint
from vae_studio.models.catalogue import NETWORKS
from vae_studio.objectives.catalogue import LIKELIHOODS, OBJECTIVES

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PICTURES = ROOT / "resources" / "readme"


def test_every_picture_is_shown_and_every_shown_picture_is_there():
    shown = set(re.findall(r"resources/readme/([\w-]+\.\w+)", README))
    assert shown == {path.name for path in PICTURES.iterdir()}


def test_pictures_stay_small():
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) < 3 << 20


def test_links_lead_somewhere():
    for link in re.findall(r"\]\((?!https?:)([^)]+)\)", README):
        assert (ROOT / link).exists(), link


def test_the_two_commands_are_there_once():
    setups = [line for line in README.splitlines() if line.startswith("python3 -m venv")]
    assert len(setups) == 2
    after_marker = README.split("<!-- test command -->")[1].splitlines()
    assert after_marker[1:4] == ["```sh", setups[1], "```"]


def test_every_command_is_named():
    section = README.split("## The command line")[1].split("\n## ")[0]
    for name in get_command(app).commands:
        assert re.search(rf"`(vae-studio )?{name}\b", section), name


def test_what_is_to_be_installed_is_what_the_program_says():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    brought = {name: re.split(r"[<>=]", needs[0])[0] for name, needs in extras.items() if name in EXTRAS}
    assert brought == EXTRAS
    assert set(re.findall(r'pip install "[^"]*\[(?!test)\w+\]"', README)) == {install_hint(extra) for extra in EXTRAS}
    (line,) = re.findall(r"`sudo apt install (.*)`", README)
    assert set(line.split()) == {"python3-venv", *libraries._PACKAGES.values()}


def test_what_no_script_is_written_for_is_listed():
    sentence = README.split("Too long for that")[1].split("\n\n")[0]
    named = set(re.findall(r"`([\w-]+)`", sentence))
    written = {*networks._WRITERS, *losses._LIKELIHOODS, *losses._OBJECTIVES}
    assert named == {*NETWORKS, *LIKELIHOODS, *OBJECTIVES, "normal"} - written - {"auto"}


def test_the_wheel_gets_all_resources_but_the_readme_pictures():
    tables = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = tables["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    folders = {f"resources/{path.name}" for path in (ROOT / "resources").iterdir() if path.is_dir()}
    assert set(included) == folders - {"resources/readme"}
