"""Embeddings made in a process of their own."""

import importlib.util

import numpy as np
import pytest
from pydantic import ValidationError

from vae_studio.errors import CancelledError, StudioError, UsageError
from vae_studio.latent import embedding
from vae_studio.latent.embedding import Embedding, embed
from vae_studio.latent.embeddings import EMBEDDINGS, TSNEOptions, UMAPOptions
from vae_studio.latent.faithfulness import Faithfulness


def blobs(count=90, dim=6):
    rng = np.random.default_rng(0)
    group = np.arange(count) % 3
    return (rng.normal(size=(count, dim)) + 12 * np.eye(3, dim)[group]).astype(np.float32), group


def test_tsne_keeps_groups_together_and_tells_how_far_it_is():
    mu, group = blobs()
    mu[5] = np.nan
    told = []
    found = embed(mu, "tsne", TSNEOptions(perplexity=10), lambda share, sentence: told.append((share, sentence)))
    assert found.xy.shape == (89, 2) and found.xy.dtype == np.float32
    assert 5 not in found.rows and not found.complete
    near = np.array([found.nearest(place) for place in found.xy])
    assert np.array_equal(near, found.rows)  # a click on a point finds its picture
    assert Faithfulness.of(mu[found.rows], found.xy).kept > 0.4
    centres = [found.xy[group[found.rows] == number].mean(axis=0) for number in range(3)]
    own = np.linalg.norm(found.xy[:, None] - np.array(centres), axis=2).argmin(axis=1)
    assert (own == group[found.rows]).mean() > 0.95
    shares = [share for share, _ in told]
    assert shares[0] == -1 and shares[-1] > 0.5 and shares == sorted(shares)
    assert told[0][1] == "Placing the pictures with t-SNE."
    assert found.sentence() == "t-SNE of 89 of 90 codes; a click shows the nearest picture."


def test_a_part_is_drawn_by_lot_when_there_are_many(monkeypatch):
    mu, _ = blobs(500)
    seen = {}

    def run(kind, options, place, title, progress):
        seen["codes"] = np.load(place / "codes.npy")
        np.save(place / "places.npy", seen["codes"][:, :2])

    monkeypatch.setattr(embedding, "_run", run)
    found = embed(mu, "tsne", TSNEOptions(at_most=40))
    assert np.array_equal(seen["codes"], mu[found.rows])
    assert len(found.rows) == 40 and (np.diff(found.rows) > 0).all() and found.rows[0] + 40 < found.rows[-1]
    assert found.total == 500 and "40 of 500 codes" in found.sentence()
    assert np.array_equal(embed(mu, "tsne", TSNEOptions(at_most=40)).rows, found.rows)
    assert embed(mu, "tsne").complete


def test_cancelling_ends_the_process_at_once(monkeypatch):
    started = []
    popen = embedding.subprocess.Popen

    def remembered(*arguments, **options):
        started.append(popen(*arguments, **options))
        return started[-1]

    monkeypatch.setattr(embedding.subprocess, "Popen", remembered)

    def stop(_share, _sentence):
        raise CancelledError("Stopped.")

    with pytest.raises(CancelledError):
        embed(blobs()[0], "tsne", progress=stop)
    assert started[0].poll() is not None


@pytest.mark.skipif(importlib.util.find_spec("umap") is not None, reason="umap-learn is installed here")
def test_a_missing_library_is_said_in_a_sentence():
    with pytest.raises(UsageError, match=r'install it with: pip install "vae-studio\[umap\]", or choose t-SNE\.'):
        embed(blobs()[0], "umap")


@pytest.mark.skipif(importlib.util.find_spec("umap") is None, reason="umap-learn is not installed")
def test_umap_keeps_groups_together():
    mu, group = blobs()
    found = embed(mu, "umap", UMAPOptions(neighbours=10))
    assert (group[[found.nearest(place + 1e-4) for place in found.xy]] == group).mean() > 0.95


def test_a_process_that_dies_is_said(monkeypatch):
    monkeypatch.setattr(embedding, "_CHILD", "vae_studio.no_such_module")
    with pytest.raises(StudioError, match=r"t-SNE ended without a map \(.*no_such_module.*\); try fewer pictures"):
        embed(blobs()[0], "tsne")


def test_what_cannot_be_placed_is_refused():
    with pytest.raises(UsageError, match="at least 5 pictures with codes; there are 4"):
        embed(np.zeros((4, 3), np.float32), "tsne")
    with pytest.raises(UsageError, match="at least 5 pictures with codes; there are 0"):
        embed(np.full((40, 3), np.nan, np.float32), "tsne")
    with pytest.raises(UsageError, match="kind of embedding called 'tsna'; did you mean 'tsne'"):
        embed(blobs()[0], "tsna")
    with pytest.raises(ValidationError):
        TSNEOptions(perplexity=0)
    with pytest.raises(TypeError, match="TSNEOptions"):
        embed(blobs()[0], "tsne", UMAPOptions())


@pytest.mark.parametrize("kind", EMBEDDINGS)
def test_every_row_has_a_form(kind):
    row = EMBEDDINGS[kind]
    assert callable(row.load())
    assert all(field.title and field.description for field in row.options.model_fields.values())


def test_a_click_finds_the_picture_of_the_nearest_place():
    found = Embedding("tsne", np.array([[0, 0], [5, 5]], np.float32), np.array([30, 70]), 100)
    assert (found.nearest([1, 1]), found.nearest([4, 3])) == (30, 70)
