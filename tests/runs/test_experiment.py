"""Experiments: every run once, whatever stops them; one sheet of what is known."""

import re
import shutil

import pytest

from tests.small import CPU, pictures, recipe
from vae_studio.errors import ExportError, RunError, TrainingError, UsageError
from vae_studio.export.comparison.page import SHEET
from vae_studio.export.comparison.tables import RUNS, SETTINGS
from vae_studio.runs import resolve
from vae_studio.runs.experiment import Ended, Experiment, Halted, Moved
from vae_studio.runs.experiment_folder import PLAN, ExperimentFolder
from vae_studio.runs.experiment_sheet import ExperimentSheet
from vae_studio.runs.recipe_file import read_recipe
from vae_studio.runs.run import Run
from vae_studio.runs.stability import Stability
from vae_studio.runs.store import RunFolder
from vae_studio.runs.variation import Variation, trials
from vae_studio.training.events import EpochDone, SetBack

IMAGES = pictures(60)


def experiment(path, *vary, seeds=(0,), **values):
    chosen = recipe(**{"data.source": "small", "training.precision": "float32", "training.epochs": 1, **values})
    queue = trials(chosen, [Variation.parse(text) for text in vary], seeds)
    return Experiment(path, chosen, queue, CPU, images=IMAGES)


def trained(path, *words, **values):
    made = experiment(path, *words, **values)
    return [event for event in made.run() if isinstance(event, Ended)], made


def figures(made):
    """The figures of all runs without the seconds they took."""
    return {
        name: {key: value for key, value in one.figures.items() if key != "seconds"}
        for name, one in made.folder.outcomes.items()
    }


def test_all_runs_are_trained_and_shown_on_a_sheet_that_needs_no_other_file(tmp_path):
    ended, made = trained(tmp_path / "exp", "objective.beta=1,4", seeds=(0, 1))
    assert [event.outcome.state for event in ended] == ["finished"] * 4 and not made.pending
    assert {path.name for path in (tmp_path / "exp").iterdir()} == {PLAN, "runs", SHEET, SETTINGS, RUNS}
    page = (tmp_path / "exp" / SHEET).read_text(encoding="utf-8")
    assert not re.search(r"<script|<link|@import|https?://", page)
    assert page.count("data:image/webp") == 2 and page.count("data:image/png") == 2  # a map and pairs for each setting
    assert page.count("<svg") == 2 and "Rate and distortion" in page and "±" in page
    run = RunFolder.open(made.folder.run_path("beta-4_seed-1"))
    assert run.has("codes") and "beta = 4" in run.read_text("recipe")
    again = ExperimentSheet(ExperimentFolder.open(tmp_path / "exp"))  # from the disk alone
    assert [group.title for group in again.comparison().groups] == ["beta 1", "beta 4"]


def test_what_is_finished_is_not_trained_again_and_more_values_add_runs(tmp_path):
    _, first = trained(tmp_path / "exp", "objective.beta=1")
    before = (first.folder.run_path("beta-1_seed-0") / "manifest.json").read_bytes()
    assert not trained(tmp_path / "exp", "objective.beta=1")[0]
    ended, both = trained(tmp_path / "exp", "objective.beta=1,2")
    assert [event.trial.name for event in ended] == ["beta-2_seed-0"]
    assert (first.folder.run_path("beta-1_seed-0") / "manifest.json").read_bytes() == before
    assert [one.name for one in both.comparison().outcomes] == ["beta-1_seed-0", "beta-2_seed-0"]
    assert ExperimentFolder.open(tmp_path / "exp").trials == both.trials


def test_an_experiment_that_was_stopped_goes_on_to_the_same_figures(tmp_path):
    words = ["objective.beta=1,4"]
    _, whole = trained(tmp_path / "whole", *words)
    stopped = experiment(tmp_path / "exp", *words)
    moved = []
    events = list(stopped.run(lambda: len(moved) > 0 or moved.append(1) is not None))
    assert isinstance(events[-1], Halted) and len(stopped.pending) == 2
    _, again = trained(tmp_path / "exp", *words)
    assert figures(again) == figures(whole)


def test_a_run_that_was_killed_before_its_first_save_is_begun_anew(tmp_path):
    made = experiment(tmp_path / "exp", "objective.beta=1")
    path = made.folder.run_path("beta-1_seed-0")
    path.mkdir(parents=True)
    (path / "weights.000001.safetensors").write_bytes(b"half")
    assert [event.outcome.state for event in made.run() if isinstance(event, Ended)] == ["finished"]


def test_a_foreign_folder_in_the_way_is_left_alone_and_the_others_go_on(tmp_path):
    made = experiment(tmp_path / "exp", "objective.beta=1,4")
    path = made.folder.run_path("beta-1_seed-0")
    path.mkdir(parents=True)
    (path / "diary.txt").write_text("mine", encoding="utf-8")
    told = [event.outcome for event in made.run() if isinstance(event, Ended)]
    assert [one.state for one in told] == ["failed", "finished"] and "not an empty folder" in told[0].sentence
    assert (path / "diary.txt").read_text(encoding="utf-8") == "mine"


def test_a_run_that_diverges_is_listed_and_the_others_go_on(tmp_path, monkeypatch):
    usual = Run.train

    def train(self, should_stop=lambda: False):
        yield from usual(self, should_stop)
        if self.recipe.objective.beta == 4:
            raise TrainingError("The loss is not a number any more.")

    monkeypatch.setattr(Run, "train", train)
    ended, _ = trained(tmp_path / "exp", "objective.beta=4,1")
    assert [event.outcome.state for event in ended] == ["diverged", "finished"]
    assert "not a number any more" in (tmp_path / "exp" / SHEET).read_text(encoding="utf-8")
    assert not experiment(tmp_path / "exp", "objective.beta=4,1").pending  # it would diverge again


def break_once(monkeypatch):
    """Let the first epoch of all end in a loss that has grown."""
    usual, broken = Stability.check, []

    def check(self, event):
        if isinstance(event, EpochDone) and not broken:
            broken.append(event)
            raise TrainingError("The loss has grown to 9 nats.")
        usual(self, event)

    monkeypatch.setattr(Stability, "check", check)


def test_a_run_that_was_set_back_is_still_one_of_the_experiment(tmp_path, monkeypatch):
    break_once(monkeypatch)
    first = experiment(tmp_path / "exp", "objective.beta=1")
    events = list(first.run())
    assert [event.event.learning_rate for event in events if isinstance(event, Moved) and type(event.event) is SetBack]
    saved = read_recipe(RunFolder.open(first.folder.run_path("beta-1_seed-0")))
    assert saved.training.learning_rate == first.trials[0].recipe.training.learning_rate / 2
    ended, _ = trained(tmp_path / "exp", "objective.beta=1,2")
    assert [event.trial.name for event in ended] == ["beta-2_seed-0"]


def test_another_learning_rate_without_a_setback_is_another_run(tmp_path):
    _, made = trained(tmp_path / "exp", "learning_rate=0.001")
    shutil.copytree(
        made.folder.run_path("learning_rate-0.001_seed-0"), made.folder.run_path("learning_rate-0.002_seed-0")
    )
    with pytest.raises(RunError, match="a run of another recipe"):
        experiment(tmp_path / "exp", "learning_rate=0.002")


def test_what_failed_is_tried_again_and_what_is_settled_is_not(tmp_path, monkeypatch):
    usual = Run.train

    def train(self, should_stop=lambda: False):
        if self.recipe.objective.beta == 4:
            raise RuntimeError("CUDA out of memory")
        yield from usual(self, should_stop)

    monkeypatch.setattr(Run, "train", train)
    ended, made = trained(tmp_path / "exp", "objective.beta=4,1")
    assert [event.outcome.state for event in ended] == ["failed", "finished"] and not made.pending
    assert [one.name for one in experiment(tmp_path / "exp", "objective.beta=1,4").pending] == ["beta-4_seed-0"]
    assert set(experiment(tmp_path / "exp", "objective.beta=1").folder.outcomes) == {"beta-4_seed-0", "beta-1_seed-0"}
    monkeypatch.undo()
    ended, made = trained(tmp_path / "exp", "objective.beta=4,1")
    assert [event.trial.name for event in ended] == ["beta-4_seed-0"]
    assert [one.state for one in made.comparison().outcomes] == ["finished", "finished"]
    assert '"failed"' not in (tmp_path / "exp" / PLAN).read_text(encoding="utf-8")


def test_an_automatic_batch_size_is_the_same_for_all_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(resolve, "_STEPS", {256: 0, 512: 1})  # long is what sees 512 pictures in all
    monkeypatch.setattr(resolve, "_FEWEST_STEPS", 0)
    automatic = {"training.batch_size": 0}
    for epochs, size in ((1, 256), (20, 512)):
        made = experiment(tmp_path / "exp", "epochs=1,20", **automatic, **{"training.epochs": epochs})
        assert [one.recipe.training.batch_size for one in made.trials] == [size, size]
    asked = experiment(tmp_path / "exp", "epochs=1,20", "batch_size=0,8", **automatic)
    assert [one.recipe.training.batch_size for one in asked.trials] == [0, 8, 0, 8], "what is varied is left alone"
    ended, made = trained(tmp_path / "exp", "epochs=1,2", **automatic)
    assert [
        read_recipe(RunFolder.open(made.folder.run_path(event.trial.name))).training.batch_size for event in ended
    ] == [
        256,
        256,
    ]
    assert not experiment(tmp_path / "exp", "epochs=2", **automatic).pending


def test_an_automatic_learning_rate_is_the_same_for_all_runs(tmp_path):
    automatic = {"training.optimiser": "muon", "network.kind": "residual", "training.learning_rate": 0}
    made = experiment(tmp_path / "exp", "epochs=1,20000", **automatic, **{"training.epochs": 1})
    assert {one.recipe.training.learning_rate for one in made.trials} == {6e-3}
    kinds = experiment(tmp_path / "exp", "network.kind=residual,pyramid", **automatic)
    assert [one.recipe.training.learning_rate for one in kinds.trials] == [0, 0], "each network has a rate of its own"
    asked = experiment(tmp_path / "exp", "learning_rate=0,0.5", **automatic)
    assert [one.recipe.training.learning_rate for one in asked.trials] == [0, 0.5], "what is varied is left alone"


def test_a_full_disk_stops_the_queue_and_keeps_what_is_known(tmp_path, monkeypatch):
    made = experiment(tmp_path / "exp", "objective.beta=1,4")
    seen = []

    def save(self, codes=None):
        if seen:
            raise ExportError("The disk is full.")
        return usual(self, codes)

    usual = Run.save
    monkeypatch.setattr(Run, "save", save)
    with pytest.raises(ExportError, match="disk is full"):
        for event in made.run():
            if isinstance(event, Ended):
                seen.append(event)
    monkeypatch.undo()
    assert set(ExperimentFolder.open(tmp_path / "exp").outcomes) == {"beta-1_seed-0"}
    assert len(trained(tmp_path / "exp", "objective.beta=1,4")[0]) == 1


def test_runs_that_cannot_be_are_refused_before_anything_is_made(tmp_path):
    with pytest.raises(UsageError, match="batch_size 1, seed 0 cannot be trained"):
        experiment(tmp_path / "exp", "training.batch_size=8,1", **{"objective.kind": "beta-tcvae"})
    assert not (tmp_path / "exp").exists()


def test_another_recipe_or_a_foreign_folder_is_refused(tmp_path):
    trained(tmp_path / "exp", "objective.beta=1")
    for value in (1, 4):
        with pytest.raises(RunError, match="an experiment with another recipe"):
            experiment(tmp_path / "exp", f"objective.beta={value}", **{"training.epochs": 2})
    made = experiment(tmp_path / "exp", "objective.beta=1")
    shutil.copytree(made.folder.run_path("beta-1_seed-0"), made.folder.run_path("beta-4_seed-0"))
    with pytest.raises(RunError, match="a run of another recipe"):
        experiment(tmp_path / "exp", "objective.beta=4")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "diary.txt").touch()
    with pytest.raises(RunError, match="not an experiment"):
        experiment(tmp_path / "mine", "objective.beta=1")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"format": 1, "title": "", "recipe": "", "trials": [], "outcomes": [{"name": 3}]}',
        "[" * 100_000,
    ],
)
def test_a_damaged_list_is_told_in_a_sentence(tmp_path, content):
    (tmp_path / PLAN).write_text(content, encoding="utf-8")
    with pytest.raises(RunError) as caught:
        ExperimentFolder.open(tmp_path)
    assert "damaged" in str(caught.value)


def test_the_time_that_is_left_counts_all_runs(tmp_path):
    made = experiment(tmp_path / "exp", "objective.beta=1,4")
    assert 0 < made.seconds() < 60
    left = [(event.event.progress.epoch, event.seconds_left) for event in made.run() if isinstance(event, Moved)]
    assert left[0][1] == float("inf") and left[-1][1] == 0.0


@pytest.mark.parametrize("error", [TrainingError("The loss is not a number."), RuntimeError("out of memory")])
def test_how_long_it_takes_is_not_known_where_the_first_run_breaks(tmp_path, monkeypatch, error):
    def train(self, should_stop=lambda: False):
        raise error

    monkeypatch.setattr(Run, "train", train)
    assert experiment(tmp_path / "exp", "objective.beta=1,4").seconds() == float("inf")
