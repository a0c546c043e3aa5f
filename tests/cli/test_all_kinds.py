"""Every objective and every kind of code on the command line: each command does its work, or says why it cannot."""

import csv
import json
import math

import numpy as np
import pytest
from PIL import Image

from tests.cli.calling import call
from tests.models_of_all_kinds import ALL_KINDS, recipe_of
from tests.small import CPU, one_thread  # noqa: F401
from vae_studio.latent.paths import PATHS
from vae_studio.runs.run import start_run

_BOOKS = ("vq-vae", "vq-grid")
_POINTS = ("wae-mmd", "autoencoder", "denoising", "constant", "one-picture", "one-hot", "real-codes")
_MEMORISERS = _POINTS[3:]


@pytest.fixture(scope="module", params=list(ALL_KINDS))
def kind_and_run(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("kinds") / request.param
    for _ in start_run(recipe_of(request.param), CPU, path).train():
        pass
    return request.param, path


@pytest.fixture
def kind(kind_and_run):
    return kind_and_run[0]


@pytest.fixture
def run(kind_and_run):
    return kind_and_run[1]


def done(*words):
    """Call a command that has to work; no text of it may hold a number that is none."""
    told = call(*words)
    assert told.code == 0, told.err
    assert "nan" not in told.out.lower(), told.out
    return told


def refused(*words):
    """Call a command that cannot work; it says so in one sentence."""
    told = call(*words)
    assert told.code in (1, 2)
    assert told.err.startswith("vae-studio: ")
    assert told.err.count("\n") == 1 and "should not have happened" not in told.err
    return told.err


def test_figures_are_numbers_or_left_out(kind, run):
    figures = json.loads(done("evaluate", run, "--json").out)
    assert (figures["negative_elbo"] is None) == (figures["kl"] is None) == (kind in _POINTS)
    assert (figures["nll"] is None) == (kind in _POINTS + _BOOKS)
    assert not figures["kl_per_dim"] or all(map(math.isfinite, figures["kl_per_dim"]))
    assert bool(figures["kl_per_dim"]) == (kind not in (*_POINTS, *_BOOKS, "sphere"))
    assert math.isfinite(figures["reconstruction"])
    done("evaluate", run)


def test_the_verdict_has_figures_of_its_own(kind, run):
    found = json.loads(done("diagnose", run, "--json").out)
    assert found["condition"] != "too early to tell"
    assert not any("nan" in value for value in found["evidence"].values()), found
    if kind in _POINTS + _BOOKS and found["condition"] in ("healthy", "not learned", "collapsed"):
        assert "nats; the" in found["evidence"]["reconstruction"], "beside what the mean picture would cost"
    done("diagnose", run)


def test_tables_hold_what_was_learned(kind, run, tmp_path):
    told = done("encode", run, "digits", "-o", tmp_path / "codes.csv")
    with (tmp_path / "codes.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    columns = set(rows[0]) - {"index", "name", "label"}
    assert any(name.startswith("log_var_") for name in columns) == (kind not in _POINTS + _BOOKS)
    assert any(name.startswith("entry_") for name in columns) == (kind in _BOOKS)
    assert np.isfinite([[float(row[name]) for name in columns] for row in rows]).all()
    assert ("memoriser" in told.err) == (kind in _MEMORISERS)


@pytest.mark.parametrize("command", ["sample", "map", "noise", "traverse", "replay"])
def test_pictures_are_drawn(kind, run, tmp_path, command):
    output = tmp_path / ("a.gif" if command == "replay" else "a.png")
    more = ["--frames", "4", "--size", "160"] if command == "replay" else []
    if command == "traverse" and kind in _BOOKS:
        assert "no dimensions to go along" in refused(command, run, "-o", output)
        return
    told = done(command, run, "-o", output, *more)
    with Image.open(output) as image:
        assert np.ptp(np.asarray(image.convert("L"))) > 0
    assert ("drawn as '0'" in told.out) == (kind == "conditional" and command in ("sample", "map", "traverse"))


@pytest.mark.parametrize("land", ["density", "support", "stretch"])
def test_land_is_drawn_or_refused(kind, run, tmp_path, land):
    words = ["map", run, "-o", tmp_path / "a.png", "--land", land, "--size", "128"]
    if kind in _BOOKS:
        assert "leave out --land and --size" in refused(*words)
    else:
        done(*words)


@pytest.mark.parametrize("path", list(PATHS))
def test_ways_are_gone_or_refused(kind, run, tmp_path, path):
    last = "#0" if kind == "one-picture" else "#1"
    words = ["morph", run, "--from", "#0", "--to", last, "--path", path, "--frames", "6", "-o", tmp_path / "a.gif"]
    if kind in _BOOKS and path == "geodesic":
        assert "in steps" in refused(*words)
    else:
        done(*words)
