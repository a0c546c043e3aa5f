"""Runs: trained, saved, loaded, extended, rolled back; and their snapshots."""

import numpy as np
import pytest

from tests.small import CPU, assert_same, pictures, recipe, weights
from vae_studio.errors import ExportError, RunError, TrainingError, UsageError
from vae_studio.evaluation import report
from vae_studio.runs import run as run_module
from vae_studio.runs.archive import pack, unpack
from vae_studio.runs.codes_file import codes_bytes, read_codes
from vae_studio.runs.compact import save_compact
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.recipe_file import read_recipe
from vae_studio.runs.resolve import resolve
from vae_studio.runs.run import Run, load_snapshot, start_run
from vae_studio.runs.store import RunFolder
from vae_studio.training.events import EpochDone, Finished, Stopped


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(report, "NLL_SAMPLES", 3)


def started(path, images=None, **values):
    return start_run(recipe(**values), CPU, path, images=images or pictures())


def drained(run, until=None):
    return list(run.train(lambda: until is not None and run.state.position.step >= until))


def test_a_finished_run_is_loaded_as_it_was(tmp_path):
    run = started(tmp_path / "run")
    assert isinstance(drained(run)[-1], Finished)
    again = Run.load(RunFolder.open(tmp_path / "run"), CPU, pictures())
    assert again.finished
    assert again.recipe == run.recipe
    assert again.history.records[-1].total == run.history.records[-1].total
    assert_same(weights(run.model), weights(again.model))
    assert again.evaluate() == run.evaluate()
    assert run.folder.facts["epoch"] == 2
    assert run.folder.facts["shape"] == [8, 8, 1]


@pytest.mark.parametrize("kind", ["dense", "conv"])
def test_a_stopped_run_goes_on_from_its_folder_bit_by_bit(tmp_path, kind):
    small = {"network__channels": [3], "network__hidden": 4} if kind == "conv" else {}
    whole = started(tmp_path / "whole", network__kind=kind, **small)
    drained(whole)
    parted = started(tmp_path / "parted", network__kind=kind, **small)
    for step in (3, 4, 7):
        assert isinstance(drained(parted, step)[-1], Stopped)
        parted = Run.load(RunFolder.open(tmp_path / "parted"), CPU, pictures())
    drained(parted)
    assert_same(weights(whole.model), weights(parted.model))
    assert np.array_equal(whole.codes.mu, parted.codes.mu)


def test_codes_of_all_pictures_are_saved_at_the_end_and_dropped_when_training_goes_on(tmp_path):
    images = pictures()
    run = started(tmp_path / "run", images)
    drained(run)
    codes, labels = read_codes(run.folder.read("codes"))
    assert np.array_equal(codes.mu, run.snapshot().encode(images.pictures).mu)
    assert np.array_equal(labels, images.labels)
    run.extend(3)
    drained(run, until=9)
    assert not run.folder.has("codes")


def test_codes_without_labels_come_back_and_anything_else_is_refused(tmp_path):
    run = Run(recipe(), pictures(5), CPU)
    codes, labels = read_codes(codes_bytes(run.encode_all(), None))
    assert labels is None
    assert codes.mu.shape == (5, 2)
    for content in (b"", b"nothing", run_module.model_bytes(run.model)):
        with pytest.raises(RunError, match="cannot be read"):
            read_codes(content)


def test_epochs_can_be_added_before_and_after_the_end(tmp_path):
    run = started(tmp_path / "run")
    run.extend(3)
    assert run.state.position.legs == 0
    drained(run)
    with pytest.raises(UsageError, match="has 3 epochs already; ask for 4 or more"):
        run.extend(3)
    run.extend(5)
    assert not run.finished
    drained(run, until=17)
    again = Run.load(RunFolder.open(tmp_path / "run"), CPU, pictures())
    assert (again.state.position.legs, again.state.position.leg_start) == (1, 15)
    drained(again)
    assert again.finished
    assert read_recipe(again.folder).training.epochs == 5


def test_other_pictures_are_refused(tmp_path):
    started(tmp_path / "run")
    with pytest.raises(RunError, match="others does not hold the pictures that run was trained on"):
        Run.load(RunFolder.open(tmp_path / "run"), CPU, pictures(seed=1, name="others"))


def test_the_run_says_what_automatic_meant():
    def resolved(images, **values):
        return Run(Recipe().with_values(values), images, CPU).recipe

    small = resolved(pictures(40))
    assert (small.network.kind, small.training.precision, small.training.batch_size) == ("residual", "float32", 8)
    assert small.training.learning_rate == 3e-3
    large = resolved(pictures(4, 33, 33, 3))
    assert (large.network.kind, large.training.learning_rate) == ("pyramid", 1e-3)
    assert resolved(pictures(4, 33, 33), **{"network.latent_dim": 5}).network.latent_dim == 5
    for made in (small, large):
        assert "auto" not in (made.network.kind, made.training.precision)


@pytest.mark.parametrize(
    ("optimiser", "epochs", "count", "size"),
    [
        ("adamw", 1, 60_000, 128),
        ("adamw", 2, 60_000, 256),
        ("adam", 9, 60_000, 512),
        ("muon", 1, 50_000, 128),
        ("muon", 1, 60_000, 256),
        ("muon", 3, 60_000, 512),
    ],
)
def test_the_longer_a_training_the_larger_its_batches(optimiser, epochs, count, size):
    values = {"training.optimiser": optimiser, "training.epochs": epochs}
    recipe = resolve(Recipe().with_values(values), pictures(4), count, bfloat16=False)
    assert recipe.training.batch_size == size


@pytest.mark.parametrize(
    ("values", "count", "rate"),
    [
        ({}, 60_000, 3e-3),
        ({"training.optimiser": "muon", "training.epochs": 1}, 60_000, 6e-3),
        ({"training.optimiser": "muon", "training.epochs": 12}, 60_000, 3.5e-3),
        ({"training.optimiser": "muon", "training.epochs": 1000}, 60_000, 1e-3),
        ({"training.optimiser": "muon", "network.kind": "dense"}, 60_000, 3e-3),
        ({"training.optimiser": "muon", "network.kind": "pyramid"}, 60_000, 1e-3),
        ({"training.optimiser": "muon", "training.learning_rate": 0.5}, 60_000, 0.5),
    ],
)
def test_the_longer_a_training_with_muon_of_the_residual_network_the_lower_its_automatic_rate(values, count, rate):
    recipe = Recipe().with_values({"training.learning_rate": 0, **values})
    assert resolve(recipe, pictures(4), count, bfloat16=False).training.learning_rate == rate


def test_a_diverged_run_goes_back_to_its_last_save(tmp_path, monkeypatch):
    monkeypatch.setattr(Run, "_save_is_due", lambda self: True)
    run = started(tmp_path / "run", training__epochs=3)
    events = run.train()
    next(event for event in events if isinstance(event, EpochDone))
    saved, position = weights(run.model), run.state.position_json()
    run.state.optimiser.param_groups[0]["weight_decay"] = float("nan")
    with pytest.raises(TrainingError, match="last saved state is kept"):
        list(events)
    assert_same(saved, weights(run.model))
    assert run.state.position_json() == position
    assert run.history.last("step") is None or run.history.last("step").epoch <= 1


def test_a_full_disk_between_epochs_stops_no_training_and_one_at_the_end_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(Run, "_save_is_due", lambda self: True)
    run = started(tmp_path / "run")

    def full(*_args, **_kwargs):
        raise ExportError("The disk is full.")

    monkeypatch.setattr(RunFolder, "save", full)
    events = run.train()
    seen = []
    with pytest.raises(ExportError, match="disk is full"):
        for event in events:
            seen.append(type(event).__name__)
    assert seen.count("EpochDone") == 2
    assert run.save_problem == "The disk is full."
    assert run.finished


def test_a_place_that_is_taken_is_noticed_before_pictures_are_opened(tmp_path, monkeypatch):
    started(tmp_path / "run")
    monkeypatch.setattr(run_module, "open_source", None)
    with pytest.raises(RunError, match="exists already"):
        start_run(recipe(), CPU, tmp_path / "run")


def test_when_pictures_cannot_be_opened_no_folder_is_left(tmp_path):
    with pytest.raises(Exception, match="nowhere"):
        start_run(recipe(data__source=str(tmp_path / "nowhere")), CPU, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_paths_in_the_recipe_hold_from_anywhere_and_names_stay_names(tmp_path, monkeypatch):
    np.save(tmp_path / "mine.npy", pictures().pictures)
    (tmp_path / "digits").mkdir()
    monkeypatch.chdir(tmp_path)
    start_run(recipe(data__source="mine.npy", data__root="sets"), CPU, tmp_path / "run")
    data = read_recipe(RunFolder.open(tmp_path / "run")).data
    assert data.source == str(tmp_path / "mine.npy")
    assert data.root == str(tmp_path / "sets")
    monkeypatch.chdir("/")
    Run.load(RunFolder.open(tmp_path / "run"), CPU)
    monkeypatch.chdir(tmp_path)
    start_run(recipe(data__source="digits", data__limit=20), CPU, tmp_path / "other")
    assert read_recipe(RunFolder.open(tmp_path / "other")).data.source == "digits"


def test_an_archive_of_a_stopped_run_goes_on_elsewhere(tmp_path):
    run = started(tmp_path / "run")
    drained(run, until=5)
    pack(run.folder, tmp_path / "run.vaez")
    moved = Run.load(unpack(tmp_path / "run.vaez", tmp_path / "moved"), CPU, pictures())
    drained(run)
    drained(moved)
    assert_same(weights(run.model), weights(moved.model))


def test_weights_of_another_network_are_refused(tmp_path):
    run = started(tmp_path / "run")
    run.folder.save({"recipe": recipe(network__widths=[5]).to_toml().encode()}, {})
    with pytest.raises(RunError, match="do not fit the network"):
        load_snapshot(run.folder)
    run.folder.save({"weights": b"nothing"}, {})
    with pytest.raises(RunError, match="not in the safetensors format"):
        load_snapshot(run.folder)


@pytest.mark.parametrize("shape", [None, [8, 8], [8, 8, 2], [10**9, 8, 1], ["8", 8, 1], [0, 8, 1]])
def test_a_claimed_size_that_cannot_be_is_refused(tmp_path, shape):
    run = started(tmp_path / "run")
    run.folder.save({}, {"shape": shape})
    with pytest.raises(RunError, match="how large its pictures are"):
        load_snapshot(run.folder)


def test_a_recipe_that_cannot_be_used_is_the_runs_fault(tmp_path):
    run = started(tmp_path / "run")
    run.folder.save({"recipe": b"[network]\nkind = 'future'"}, {})
    with pytest.raises(RunError, match=r"recipe that cannot be used\. There is no network called 'future'"):
        load_snapshot(run.folder)


def test_a_compact_run_is_small_decodes_nearly_the_same_and_keeps_its_codes(tmp_path):
    run = started(tmp_path / "run")
    codes = run.encode_all()
    run.save(codes)
    compact = save_compact(run, codes, tmp_path / "compact")
    whole = run.snapshot().decode(np.zeros((1, 2)))
    assert abs(load_snapshot(compact).decode(np.zeros((1, 2))).astype(int) - whole).max() <= 1
    read, labels = read_codes(compact.read("codes"))
    assert np.allclose(read.mu, codes.mu, rtol=1e-3, atol=1e-3)
    assert (labels == run.images.labels).all()
    size = lambda folder: sum(file.stat().st_size for file in folder.path.iterdir())  # noqa: E731
    assert size(compact) < size(run.folder) / 2


def test_a_stop_while_the_last_codes_are_encoded_keeps_what_was_trained(tmp_path):
    run = started(tmp_path / "run")
    steps = list(run.train(lambda: run.finished))
    assert isinstance(steps[-1], Finished)
    assert run.codes is None
    saved = RunFolder.open(tmp_path / "run")
    assert saved.facts["epoch"] == run.recipe.training.epochs
    assert saved.has("weights") and not saved.has("codes")
