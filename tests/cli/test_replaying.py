"""The replay of a training from the command line."""

import shutil

import numpy as np
import pytest
from PIL import Image

from tests.cli.calling import call
from vae_studio.runs.moment import is_history
from vae_studio.runs.replay import Replay
from vae_studio.runs.store import RunFolder

SMALL = ["--size", "160", "--frames", "12", "--fps", "20"]


@pytest.fixture
def copy(run, tmp_path):
    """A run that may be changed."""
    shutil.copytree(run, tmp_path / "run")
    return RunFolder.open(tmp_path / "run")


def test_replay_makes_the_film_that_was_asked_for(run, tmp_path):
    result = call("replay", run, "-o", tmp_path / "a.gif", *SMALL)
    count = len(Replay(RunFolder.open(run)).moments())
    assert (result.code, result.err) == (0, "")
    assert f"{count} moments in 12 frames, 0.6 s" in result.out
    with Image.open(tmp_path / "a.gif") as film:
        assert (film.n_frames, film.info["duration"]) == (12, 50)
        first = np.asarray(film.convert("RGB"))
        film.seek(11)
        assert (np.asarray(film.convert("RGB")) != first).any()


@pytest.mark.parametrize("where", ["#3", "0.5,-1"])
def test_the_marker_can_be_put_anywhere(run, tmp_path, where):
    assert call("replay", run, "-o", tmp_path / "a.gif", "--marker", where, *SMALL).code == 0


def test_a_lost_moment_is_left_out_and_said(copy, tmp_path):
    moment = Replay(copy).moments()[1]
    for role in moment.roles:
        (copy.path / copy.names()[role]).write_bytes(b"?")
    result = call("replay", copy.path, "-o", tmp_path / "a.gif", *SMALL)
    assert result.code == 0 and "1 moment could not be read and is left out" in result.err


def test_a_run_without_moments_says_so(copy, tmp_path):
    copy.save({}, {}, drop=tuple(role for role in copy.names() if is_history(role)))
    result = call("replay", copy.path, "-o", tmp_path / "a.gif")
    assert result.code == 1 and "keeps no moments of its training" in result.err
    assert not (tmp_path / "a.gif").exists()


@pytest.mark.parametrize("words", [["--marker", "1,2,3"], ["--size", "10"], ["--fps", "0"]])
def test_what_cannot_be_is_refused(run, tmp_path, words):
    assert call("replay", run, "-o", tmp_path / "a.gif", *words).code == 2


def test_another_ending_is_refused(run, tmp_path):
    assert call("replay", run, "-o", tmp_path / "a.bmp").code == 2


def test_packed_without_its_moments_a_run_is_smaller(run, tmp_path):
    assert call("pack", run, "-o", tmp_path / "a.vaez").code == 0
    assert call("pack", run, "-o", tmp_path / "b.vaez", "--no-moments").code == 0
    assert (tmp_path / "b.vaez").stat().st_size < (tmp_path / "a.vaez").stat().st_size
    assert call("unpack", tmp_path / "b.vaez", "-o", tmp_path / "again").code == 0
    assert Replay(RunFolder.open(tmp_path / "again")).moments() == []
