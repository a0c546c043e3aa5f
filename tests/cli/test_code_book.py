"""Every command on a run whose codes are entries of a code book."""

import csv
import json

import numpy as np
import pytest
from PIL import Image

from tests.cli.calling import call
from vae_studio.data.digits import load_digits
from vae_studio.runs.run import load_snapshot
from vae_studio.runs.store import RunFolder


@pytest.fixture(scope="module")
def book_run(tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "run"
    words = ["network.kind=dense", "network.widths=[32]", "network.latent_dim=8", "objective.kind=vq-vae"]
    words += ["objective.places=4", "objective.entries=20", "objective.hidden=16", "limit=300"]
    settings = [word for pair in words for word in ("--set", pair)]
    told = call("train", "digits", "-o", path, "--epochs", "3", "--device", "cpu", *settings)
    assert told.code == 0, told.err
    assert "entries in use, perplexity" in told.out and "bits in 4 places" in told.out
    return path


def test_figures_are_a_bound_and_bits(book_run):
    told = json.loads(call("evaluate", book_run, "--json").out)
    assert told["negative_elbo"] == pytest.approx(told["reconstruction"] + told["kl"])
    assert told["nll"] is None and told["kl_per_dim"] == []
    assert told["code_book"]["bits_per_picture"] == pytest.approx(told["kl"] / np.log(2))


def test_tables_hold_entries_and_entries_decode(book_run, tmp_path):
    assert "of 4 places" in call("encode", book_run, "digits", "-o", tmp_path / "codes.csv").out
    with (tmp_path / "codes.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert set(rows[0]) == {"index", "name", "label", "entry_0", "entry_1", "entry_2", "entry_3"}
    where = ",".join(rows[5][f"entry_{place}"] for place in range(4))
    assert call("decode", book_run, "--z", where, "-o", tmp_path / "a.png").code == 0
    drawn = np.asarray(Image.open(tmp_path / "a.png"))
    snapshot = load_snapshot(RunFolder.open(book_run))
    assert np.array_equal(drawn, snapshot.reconstruct(load_digits().pictures[5:6])[0, :, :, 0])
    for bad in ("1,2,3", "0,0,0,20", "0,0,0,-1", "0.5,1,2,3"):
        told = call("decode", book_run, "--z", bad, "-o", tmp_path / "a.png")
        assert told.code in (1, 2) and "each a number from 0 to 19" in told.err


def test_samples_come_from_the_learned_prior(book_run, tmp_path):
    assert call("sample", book_run, "-n", "9", "-o", tmp_path / "a.png", "--seed", "4").code == 0
    snapshot = load_snapshot(RunFolder.open(book_run))
    codes, same, other = (snapshot.prior.sample(9, 8, np.random.default_rng(seed)) for seed in (4, 4, 5))
    assert np.array_equal(codes, same) and not np.array_equal(codes, other)
    assert np.array_equal(snapshot.prior.project(codes), codes)
    assert np.array_equal(snapshot.book.codes(snapshot.book.indices(codes)), codes)


def test_the_map_is_the_book_and_a_morph_goes_in_steps(book_run, tmp_path):
    assert "the code book" in call("map", book_run, "-o", tmp_path / "book.png").out
    assert min(np.asarray(Image.open(tmp_path / "book.png")).shape[:2]) > 500
    words = ["--from", "#0", "--to", "#1", "-o", tmp_path / "a.png", "--frames", "8", "--size", "16"]
    assert call("morph", book_run, *words).code == 0
    assert "change in steps" in call("morph", book_run, *words, "--path", "geodesic").err
    assert "no dimensions to go along" in call("traverse", book_run, "-o", tmp_path / "t.png").err
    assert call("noise", book_run, "-o", tmp_path / "n.png").code == 0
    assert call("replay", book_run, "-o", tmp_path / "r.gif", "--size", "160", "--frames", "4").code == 0


def test_a_book_larger_than_the_data_is_refused_before_training(tmp_path):
    words = ["--set", "objective.kind=vq-vae", "--set", "limit=20", "--set", "objective.entries=1000"]
    told = call("train", "digits", "-o", tmp_path / "run", *words)
    assert told.code in (1, 2) and "larger than the data: 18 pictures of 16 places choose 288 times" in told.err
    assert not (tmp_path / "run").exists()


def test_what_means_nothing_of_a_book_is_refused_and_not_ignored(book_run, tmp_path):
    for words, named in (
        (["--land", "density"], "--land"),
        (["--extent=-1,1"], "--extent"),
        (["--no-points"], "--no-points"),
        (["--grid", "12", "--size", "512"], "--grid and --size"),
    ):
        told = call("map", book_run, "-o", tmp_path / "book.png", *words)
        assert told.code == 2
        assert told.err.strip().endswith(f"drawn in place of a map; leave out {named}.")
        assert not (tmp_path / "book.png").exists()
