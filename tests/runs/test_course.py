"""What a recipe alone does not tell: parts of a training, and setbacks."""

import pytest

from tests.runs.test_run import drained, started
from tests.small import CPU, assert_same, pictures, weights
from vae_studio.runs.course import Course, Goal
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.recipe_file import course_at
from vae_studio.runs.run import Run
from vae_studio.runs.store import RunFolder


def in_parts(path):
    """A run of two epochs that was then given two more."""
    run = started(path)
    drained(run)
    run = Run.load(run.folder, CPU, pictures())
    run.extend(4)
    drained(run)
    return run


def test_what_is_said_above_the_recipe_of_an_extended_run_is_true(tmp_path):
    run = in_parts(tmp_path / "run")
    lines = run.folder.read_text("recipe").splitlines()
    assert lines[:3] == [
        "# This run was trained in 2 parts: to 2 epochs, then to 4.",
        "# Its recipe trains 4 epochs in one go, which makes another run.",
        "# The same run again: train with --epochs 2, then vae-studio resume RUN --epochs 4.",
    ]
    assert Recipe.from_toml("\n".join(lines)) == run.recipe
    assert course_at(tmp_path / "run").goals == (Goal(0, 2), Goal(2, 4))
    assert_same(weights(in_parts(tmp_path / "again").model), weights(run.model))
    at_once = Run(run.recipe, pictures(), CPU)
    drained(at_once)
    with pytest.raises(AssertionError, match="not the same"):
        assert_same(weights(at_once.model), weights(run.model))


def test_a_run_that_was_only_stopped_is_made_again_by_its_recipe(tmp_path):
    run = started(tmp_path / "run")
    drained(run, until=3)
    run = Run.load(RunFolder.open(tmp_path / "run"), CPU, pictures())
    drained(run)
    assert not run.folder.read_text("recipe").startswith("#")
    again = Run(run.recipe, pictures(), CPU)
    drained(again)
    assert_same(weights(again.model), weights(run.model))


def test_epochs_added_in_the_middle_are_told_without_a_promise(tmp_path):
    run = started(tmp_path / "run", training__epochs=6)
    drained(run, until=3)
    run.extend(8)
    drained(run)
    told = Course.of(RunFolder.open(tmp_path / "run").facts).remark()
    assert "2 parts: to 6 epochs, from epoch " in told and " on to 8." in told and "The same run again" not in told


def test_a_goal_that_was_never_set_out_for_does_not_count():
    course = Course().extended(5, 5, 10).extended(10, 5, 20)
    assert course.goals == (Goal(0, 5), Goal(5, 20))
    assert Course().extended(5, 0, 10) == Course()
    assert course.extended(20, 12, 20) == course


def test_a_setback_is_told():
    assert "broke once" in Course(setbacks=1).comment() and "broke 3 times" in Course(setbacks=3).remark()
    assert Course().comment() == ""


@pytest.mark.parametrize("goals", [None, 3, "5", [5], [[1]], [["a", 2]], [[0, "5"]]])
def test_facts_that_are_none_are_no_goals(goals):
    assert Course.of({"goals": goals, "setbacks": None}) == Course()
