"""The history of losses: rows, thinning, CSV."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae_studio.errors import RunError
from vae_studio.training import history
from vae_studio.training.events import EpochDone, Losses, Progress, StepDone
from vae_studio.training.history import History, Record

numbers = st.floats(allow_nan=False, allow_infinity=False)
records = st.builds(
    Record,
    part=st.sampled_from(["step", "epoch", "held_out"]),
    epoch=numbers,
    step=st.integers(0, 2**40),
    seconds=numbers,
    total=numbers,
    reconstruction=numbers,
    kl=numbers,
    loss=numbers,
    learning_rate=numbers,
)


def step(number):
    return StepDone(Progress(number / 10, 5, number, 1.0), Losses(3.0, 1.0, 0.5), 0.01)


def epoch(number):
    return EpochDone(Progress(number, 5, number * 10, 1.0), Losses(3.0, 1.0, 0.5), Losses(4.0, 2.0, 0.25))


@given(st.lists(records, max_size=5))
def test_csv_brings_back_every_bit(rows):
    assert History.from_csv(History(rows).to_csv()).records == rows


def test_events_become_rows():
    kept = History()
    kept.add(step(1))
    kept.add(epoch(1))
    assert [record.part for record in kept.records] == ["step", "epoch", "held_out"]
    assert kept.last("held_out").total == 2.25
    assert kept.last("epoch").total == 1.5
    assert kept.last("step").learning_rate == 0.01
    assert math.isnan(History.from_csv(kept.to_csv()).last("epoch").learning_rate)
    assert History().last("step") is None


def test_curves_are_epochs_and_values():
    kept = History()
    for number in (1, 2, 3):
        kept.add(epoch(number))
    epochs, totals = kept.curve("held_out", "total")
    assert epochs.tolist() == [1, 2, 3]
    assert totals.tolist() == [2.25] * 3
    assert [len(part) for part in History().curve("step", "kl")] == [0, 0]


def test_many_steps_are_thinned_but_epochs_and_the_newest_steps_stay(monkeypatch):
    monkeypatch.setattr(history, "MOST_STEPS", 40)
    kept = History()
    for number in range(1, 1001):
        kept.add(step(number))
        if number % 10 == 0:
            kept.add(epoch(number // 10))
    steps = [record.step for record in kept.records if record.part == "step"]
    assert len(steps) <= 40
    assert steps == sorted(set(steps))
    assert steps[-10:] == list(range(991, 1001))
    assert steps[0] == 1, "the beginning is still there"
    assert max(np.diff(steps)) < 200, "and so is all between"
    assert len(kept.curve("epoch", "loss")[0]) == 100
    assert np.all(np.diff(kept.curve("step", "loss")[0]) > 0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "part,epoch\nstep,1\n",
        "\0",
        '"',
        History().to_csv() + "step,1\n",
        History().to_csv() + "other" + ",1" * 8,
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(RunError, match="not a table of losses"):
        History.from_csv(text)
