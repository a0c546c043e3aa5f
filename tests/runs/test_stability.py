"""Trainings that break: what is tried, and what is left when nothing helps."""

from dataclasses import replace

import pytest

from tests.small import CPU, pictures, recipe
from vae_studio.errors import ExportError, TrainingError
from vae_studio.runs.run import Run, read_recipe, start_run
from vae_studio.runs.store import RunFolder
from vae_studio.training.events import EpochDone, Finished, SetBack

STEPS = 5  # of an epoch: 33 pictures in batches of 8


class Faulty:
    """An objective whose loss is spoilt at some of the training's steps."""

    def __init__(self, objective, spoils, spoilt):
        self.objective, self.spoils, self.spoilt = objective, spoils, spoilt
        self.has_prior, self.likelihood = objective.has_prior, objective.likelihood
        self.steps = 0

    def __call__(self, model, x, generator, progress):
        terms = self.objective(model, x, generator, progress)
        if not terms.loss.requires_grad:
            return replace(terms, loss=terms.loss * self.spoilt) if self.spoils(self.steps) else terms
        self.steps += 1
        return replace(terms, loss=terms.loss * self.spoilt) if self.spoils(self.steps) else terms


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setattr(Run, "_save_is_due", lambda self: True)
    return start_run(recipe(training__epochs=4), CPU, tmp_path / "run", images=pictures())


def spoil(run, spoils, spoilt=float("nan")):
    run.objective = Faulty(run.objective, spoils, spoilt)
    return run.objective


def test_a_loss_that_is_no_number_once_goes_back_and_halves_the_step_size(run):
    objective = spoil(run, lambda step: step == 2 * STEPS + 1)
    events = list(run.train())
    (back,) = (event for event in events if isinstance(event, SetBack))
    assert isinstance(events[-1], Finished)
    assert back.progress.epoch == 2, "what was saved after the second epoch is not lost"
    assert back.learning_rate == run.recipe.training.learning_rate == 1.5e-3
    assert "Went back to epoch 2.0; the learning rate is 0.0015" in back.sentence
    assert 4 * STEPS < objective.steps <= 5 * STEPS, "no more than the third epoch was trained twice"
    again = Run.load(RunFolder.open(run.folder.path), CPU, pictures())
    assert (again.stability.setbacks, again.recipe.training.learning_rate) == (1, 1.5e-3)
    assert again.stability.untrained == run.stability.untrained > 0


def test_a_training_that_is_killed_after_it_was_set_back_goes_on_with_the_smaller_steps(run):
    spoil(run, lambda step: step == 2 * STEPS + 1)
    next(event for event in run.train() if isinstance(event, SetBack))
    again = Run.load(RunFolder.open(run.folder.path), CPU, pictures())
    assert (again.state.position.epoch, again.stability.setbacks) == (2, 1)
    assert again.recipe.training.learning_rate == 1.5e-3


def test_a_discriminators_own_rate_is_halved_with_the_rest(tmp_path, monkeypatch):
    monkeypatch.setattr(Run, "_save_is_due", lambda self: True)
    asked = recipe(training__epochs=2, objective__kind="factor-vae", objective__hidden=8)
    run = start_run(asked, CPU, tmp_path / "run", images=pictures())
    spoil(run, lambda step: step == STEPS + 1)
    assert sum(isinstance(event, SetBack) for event in run.train()) == 1
    (own,) = (group for group in run.state.optimiser.param_groups if group.get("own_pace"))
    halved = asked.objective.discriminator_rate / 2
    assert own["lr"] == run.recipe.objective.discriminator_rate == halved
    again = Run.load(RunFolder.open(run.folder.path), CPU, pictures())
    (own,) = (group for group in again.state.optimiser.param_groups if group.get("own_pace"))
    assert own["lr"] == halved


def test_added_epochs_that_break_at_once_begin_their_cycle_again(run):
    assert isinstance(list(run.train())[-1], Finished)
    run.extend(6)
    spoil(run, lambda step: step == 1)
    events = list(run.train())
    assert sum(isinstance(event, SetBack) for event in events) == 1
    assert isinstance(events[-1], Finished)
    position = run.state.position
    assert (position.epoch, position.legs, position.leg_start) == (6, 1, 4 * STEPS)


def test_a_disk_that_refuses_stops_no_training_that_was_set_back(run, monkeypatch):
    def refuse(self, codes=None):
        raise ExportError("The disk is full.")

    spoil(run, lambda step: step == STEPS + 1)
    events = run.train()
    next(event for event in events if isinstance(event, EpochDone))
    with monkeypatch.context() as patched:
        patched.setattr(Run, "save", refuse)
        next(event for event in events if isinstance(event, SetBack))
    assert isinstance(list(events)[-1], Finished)


def test_three_tries_are_made_and_then_the_last_good_state_is_kept(run):
    spoil(run, lambda step: step > STEPS + 1)
    seen = []
    with pytest.raises(TrainingError, match=r"loss is not a number.*3 more tries.*far below 0\.003") as caught:
        for event in run.train():
            seen.append(event)
    assert [event.learning_rate for event in seen if isinstance(event, SetBack)] == [1.5e-3, 7.5e-4, 3.75e-4]
    assert "last saved state is kept" in str(caught.value)
    folder = RunFolder.open(run.folder.path)
    assert folder.facts["epoch"] == 1
    assert folder.facts["setbacks"] == 4
    assert read_recipe(folder).training.learning_rate == 3e-3, "the next training begins with what was asked for"


def test_a_loss_that_explodes_without_being_nan_goes_back_too(run):
    spoil(run, lambda step: STEPS < step <= 2 * STEPS, spoilt=1e4)
    events = list(run.train())
    backs = [event for event in events if isinstance(event, SetBack)]
    assert len(backs) == 1
    assert "The loss has grown to" in backs[0].reason
    assert isinstance(events[-1], Finished)


def test_a_peak_that_is_over_at_the_end_of_the_epoch_and_overfitting_are_no_explosion(run):
    objective = spoil(run, lambda step: step == STEPS + 2, spoilt=1e4)
    events = list(run.train())
    assert objective.steps == 4 * STEPS
    assert not [event for event in events if isinstance(event, SetBack)]
    done = next(event for event in events if isinstance(event, EpochDone))
    high = replace(done.held_out, loss=1e9)
    run.stability.check(replace(done, held_out=high))
    with pytest.raises(TrainingError, match="grown"):
        run.stability.check(replace(done, held_out=high, training=high))


def test_without_a_folder_there_is_nothing_to_go_back_to():
    run = Run(recipe(), pictures(), CPU)
    spoil(run, lambda step: step == 3)
    with pytest.raises(TrainingError, match="not a number"):
        list(run.train())
