"""The command noise: one sheet for several runs, and the error that grows with the noise."""

import re

import numpy as np
import pytest
from PIL import Image

from tests.cli.calling import call
from vae_studio.data.catalogue import open_source
from vae_studio.data.options import DataOptions
from vae_studio.data.split import split
from vae_studio.export.map_image import draw_map, grid_points
from vae_studio.runs.run import load_snapshot
from vae_studio.runs.store import RunFolder


def test_noise_writes_a_block_for_each_run_and_tells_the_errors(run, tmp_path):
    told = call("noise", run, run, "-o", tmp_path / "a.png", "--amounts", "0,40", "-n", "5", "--size", "20")
    assert told.code == 0, told.err
    errors = [float(text) for text in re.findall(r"([\d.]+) at", told.out)]
    assert errors[:2] == errors[2:] and errors[0] != errors[1]
    folder = RunFolder.open(run)
    images = open_source(DataOptions(source="digits"))
    held_out = split(images, 0.1, 7).held_out
    some = images.pictures[held_out[np.linspace(0, len(held_out) - 1, 5).astype(int)]]
    away = (load_snapshot(folder).reconstruct(some).astype(float) - some) / 255
    assert errors[0] == pytest.approx((away**2).sum() / 5, abs=0.005)
    one = call("noise", run, "-o", tmp_path / "b.png", "--amounts", "0,40", "-n", "5", "--size", "20")
    assert one.code == 0
    both, single = (np.asarray(Image.open(tmp_path / name)) for name in ("a.png", "b.png"))
    assert np.array_equal(both, np.concatenate([single, single]))
    assert call("noise", run, "-o", tmp_path / "b.png", "--amounts", "0,40", "--seed", "1").out != one.out


@pytest.mark.parametrize("amounts", ["", "a", "0,-1", "0,inf", "1,,2"])
def test_amounts_that_are_none_are_refused(run, tmp_path, amounts):
    told = call("noise", run, "-o", tmp_path / "a.png", "--amounts", amounts)
    assert told.code in (1, 2)
    assert "is no list of amounts of noise" in told.err


def test_a_map_shows_a_part_and_pictures_alone(run, tmp_path):
    words = ["map", run, "-o", tmp_path / "a.png", "--size", "160", "--grid", "10", "--no-points"]
    assert "10 x 10 pictures" in call(*words, "--extent=-0.5,0.5").out
    part = np.asarray(Image.open(tmp_path / "a.png"))
    extent = (-0.5, 0.5, -0.5, 0.5)
    drawn = load_snapshot(RunFolder.open(run)).decode(grid_points(extent, 10)).reshape(10, 10, 8, 8, 1)
    assert np.array_equal(part, draw_map(np.zeros((0, 2), np.float32), None, [], drawn, extent, 160))
    assert call(*words, "--extent=-0.5,0.5,-0.5,0.5").code == 0
    assert np.array_equal(part, np.asarray(Image.open(tmp_path / "a.png")))
    assert call(*words).code == 0
    assert not np.array_equal(part, np.asarray(Image.open(tmp_path / "a.png")))
    for bad in ("1", "3,1", "0,1,2", "0,1,3,2", "a,b", "0,nan"):
        assert "is no part of a map" in call(*words, f"--extent={bad}").err
    assert "the map is empty" in call("map", run, "-o", tmp_path / "a.png", "--grid", "0", "--no-points").err


def test_a_map_shows_density_support_and_stretch_in_place_of_pictures(run, tmp_path):
    words = ["map", run, "-o", tmp_path / "a.png", "--size", "160", "--extent=-12,12"]
    seen = []
    for land, told in (("density", "log density"), ("support", "of support"), ("stretch", "magnifies")):
        out = call(*words, "--land", land, "--no-points").out
        assert "the land on the latent space" in out and told in out
        seen.append(np.asarray(Image.open(tmp_path / "a.png")).astype(int))
    for land in seen[:2]:  # bright in the middle of the data, dark at the corners
        assert land[70:90, 70:90].mean() > land[:10, :10].mean() + 40
    assert np.abs(seen[0] - seen[2]).mean() > 5
    assert "codes on the latent space; bright" in call(*words, "--land", "density").out
    assert call(*words, "--land", "sea").code == 2
