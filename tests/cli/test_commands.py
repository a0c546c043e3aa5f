"""Every command does its work."""

import csv
import json
import shlex

import numpy as np
import pytest
from PIL import Image

from tests.cli.calling import call
from vae_studio.data.catalogue import open_source
from vae_studio.data.options import DataOptions
from vae_studio.runs.recipe_file import read_recipe
from vae_studio.runs.run import load_snapshot
from vae_studio.runs.store import RunFolder

FIGURES = {"negative_elbo", "reconstruction", "kl", "nll", "active_units"}


@pytest.fixture(scope="module")
def snapshot(trained):
    return load_snapshot(RunFolder.open(trained[0]))


@pytest.fixture(scope="module")
def digits():
    return open_source(DataOptions(source="digits"))


def pixels(path):
    with Image.open(path) as image:
        return np.asarray(image)


def test_train_ends_with_its_figures(trained):
    path, told, remarks = trained
    assert told.keys() >= FIGURES | {"run", "epochs", "seconds", "device"}
    assert told["negative_elbo"] == pytest.approx(told["reconstruction"] + told["kl"])
    assert (told["run"], told["epochs"], told["device"], told["pictures"]) == (str(path), 2, "cpu", 180)
    assert remarks == ""
    recipe = read_recipe(RunFolder.open(path))
    assert (recipe.network.kind, recipe.network.widths, recipe.training.seed) == ("dense", (32, 16), 7)


def test_evaluate_says_the_same_again(trained):
    path, told, _ = trained
    again = json.loads(call("evaluate", path, "--json").out)
    assert again == {key: value for key, value in told.items() if key in again}
    assert again.keys() >= FIGURES
    own_source = json.loads(call("evaluate", path, "digits", "--json").out)
    assert own_source == again  # the same pictures: only the held-out ones count
    assert f"negative ELBO   {told['negative_elbo']:.2f} = reconstruction" in call("evaluate", path).out


def test_evaluate_brings_other_pictures_to_the_size_of_the_run(run, tmp_path):
    np.save(tmp_path / "noise.npy", np.random.default_rng(0).integers(0, 256, (5, 12, 12, 3), dtype=np.uint8))
    told = json.loads(call("evaluate", run, tmp_path / "noise.npy", "--json").out)
    assert told["pictures"] == 5


def test_evaluate_never_measures_what_a_limited_run_was_trained_on(tmp_path):
    words = ["--epochs", "1", "--set", "limit=50", "--set", "network.kind=dense", "--set", "network.widths=[16]"]
    assert call("train", "digits", "-o", tmp_path / "run", *words).code == 0
    assert json.loads(call("evaluate", tmp_path / "run", "digits", "--json").out)["pictures"] == 5


def test_encode_writes_the_codes(run, snapshot, digits, tmp_path):
    assert call("encode", run, "digits", "-o", tmp_path / "codes.npz").code == 0
    with np.load(tmp_path / "codes.npz", allow_pickle=False) as table:
        np.testing.assert_array_equal(table["mu"], snapshot.encode(digits.pictures).mu)
        np.testing.assert_array_equal(table["labels"], digits.labels)
    assert "1,797 codes of 2 dimensions" in call("encode", run, "digits", "-o", tmp_path / "codes.csv").out
    with (tmp_path / "codes.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 1797 and rows[3]["label"] == "3"


@pytest.mark.parametrize("where", ["-0.5,1.25", "0.1, 2"])
def test_decode_a_code(run, snapshot, tmp_path, where):
    assert call("decode", run, "--z", where, "-o", tmp_path / "a.png").code == 0
    code = np.array([[float(part) for part in where.split(",")]], np.float32)
    np.testing.assert_array_equal(pixels(tmp_path / "a.png"), snapshot.decode(code)[0, ..., 0])


def test_decode_a_picture_by_number_or_file(run, snapshot, digits, tmp_path):
    wanted = snapshot.reconstruct(digits.pictures[[123]])[0, ..., 0]
    assert call("decode", run, "--z", "#123", "-o", tmp_path / "a.png").code == 0
    np.testing.assert_array_equal(pixels(tmp_path / "a.png"), wanted)
    Image.fromarray(digits.pictures[123, ..., 0]).save(tmp_path / "digit.png")
    assert call("decode", run, "--z", tmp_path / "digit.png", "-o", tmp_path / "b.png").code == 0
    np.testing.assert_array_equal(pixels(tmp_path / "b.png"), wanted)
    assert call("decode", run, "--z", "#123", "-o", tmp_path / "c.png", "--size", "40").code == 0
    assert pixels(tmp_path / "c.png").shape == (40, 40)


def test_sample_is_drawn_from_the_prior_with_a_seed(run, tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        result = call("sample", run, "-n", 9, "--seed", seed, "--size", 0, "-o", tmp_path / f"{name}.png")
        assert (result.code, result.err) == (0, "")
    a, b, c = (pixels(tmp_path / f"{name}.png") for name in "abc")
    assert a.shape == (32, 32, 3)  # three rows of 8 pixels with gaps of 2
    assert np.array_equal(a, b) and not np.array_equal(a, c)
    assert call("sample", run, "-n", 9, "--seed", 1, "-o", tmp_path / "large.png").code == 0
    large = pixels(tmp_path / "large.png")
    assert large.shape == (512, 512, 3)  # 21 pixels for each of the run's own
    assert np.array_equal(large[2:170:21, 2:170:21], a[2:10, 2:10])


def test_sample_warns_where_there_is_no_prior(tmp_path):
    words = ["--preset", "autoencoder", "--epochs", "1", "--set", "network.kind=dense", "--set", "network.widths=[16]"]
    told = json.loads(call("train", "digits", "-o", tmp_path / "run", *words, "--json").out)
    assert (told["negative_elbo"], told["kl"], told["nll"]) == (None, None, None) and told["reconstruction"] > 0
    result = call("sample", tmp_path / "run", "-n", 4, "-o", tmp_path / "a.png")
    assert result.code == 0 and "no prior" in result.err


def test_morph_makes_the_film_that_was_asked_for(run, snapshot, digits, tmp_path):
    film = tmp_path / "morph.gif"
    words = ["--from", "#1", "--via", "0,0", "--to", "-1,0.5", "--frames", "21", "--fps", "20", "--size", "0"]
    result = call("morph", run, *words, "-o", film)
    assert result.code == 0 and "21 frames at 20 frames per second, 1.05 s" in result.out
    first = snapshot.encode(digits.pictures[[1]]).mu[0]
    stops = np.array([first, (0, 0), (-1, 0.5)], np.float32)
    with Image.open(film) as image:
        assert (image.n_frames, image.size, image.info["duration"]) == (21, (8, 8), 50)
        for place, picture in zip((0, 10, 20), snapshot.decode(stops), strict=True):
            image.seek(place)
            np.testing.assert_array_equal(np.asarray(image.convert("L")), picture[..., 0])


@pytest.mark.parametrize(
    "extra", [["--loop"], ["--ping-pong", "--easing", "smooth"], ["--path", "geodesic"], ["--size", "0"]]
)
def test_the_side_file_makes_the_same_film_again(run, tmp_path, extra):
    film = tmp_path / "morph.gif"
    words = ["morph", run, "--from", "1,1", "--to", "-1,0.5", "--frames", "8", "--size", "32", *extra, "-o", film]
    assert call(*words).code == 0
    before = film.read_bytes()
    film.unlink()
    program, *again = shlex.split(json.loads((tmp_path / "morph.json").read_text())["command"])
    assert program == "vae-studio" and call(*again).code == 0
    assert film.read_bytes() == before


def test_map_of_two_dimensions_and_of_more(run, tmp_path):
    assert call("map", run, "-o", tmp_path / "map.png", "--size", "200").code == 0
    assert pixels(tmp_path / "map.png").shape == (200, 200, 3)
    words = ["--epochs", "1", "--latent-dim", "5", "--set", "network.kind=dense", "--set", "network.widths=[16]"]
    assert call("train", "digits", "-o", tmp_path / "run", *words).code == 0
    result = call("map", tmp_path / "run", "-o", tmp_path / "five.png", "--grid", "0", "--size", "200")
    assert result.code == 0 and "principal plane of 5 dimensions" in result.out


def test_pack_and_unpack(run, trained, tmp_path):
    assert call("pack", run, "-o", tmp_path / "run.vaez").code == 0
    assert call("unpack", tmp_path / "run.vaez", "-o", tmp_path / "again").code == 0
    again = json.loads(call("evaluate", tmp_path / "again", "--json").out)
    assert again["negative_elbo"] == trained[1]["negative_elbo"]


def test_lists_name_what_there_is():
    assert "fashion-mnist" in call("data").out
    assert {"digits", "faces", "mnist"} <= {row["name"] for row in json.loads(call("data", "--json").out)["sources"]}
    assert call("presets").out.startswith("balanced ")
    rows = {row["name"]: row for row in json.loads(call("presets", "--json").out)["presets"]}
    wanted = {"kind": "residual", "latent_dim": 2, "condition": "none", "width": 768, "blocks": 3, "layers": 2}
    assert rows["thorough"]["recipe"]["network"] == wanted


def test_doctor_tries_the_processors():
    told = json.loads(call("doctor", "--json").out)
    assert told["devices"][0]["works"] and told["packages"]["torch"] and told["folders"].keys() == {"runs", "data"}
    assert "trained a step" in call("doctor").out
