"""Steps by a program are steps in parts to the last bit, and what has none is trained all the same."""

import logging
import multiprocessing

import pytest
import torch

from tests.small import CPU, assert_same, pictures, recipe, weights
from vae_studio.device import without_denormals
from vae_studio.objectives.catalogue import LIKELIHOODS, OBJECTIVES
from vae_studio.runs.run import Run
from vae_studio.training import taped_step as module
from vae_studio.training.loop import step_for, train
from vae_studio.training.parted_step import PartedStep
from vae_studio.training.program import Program
from vae_studio.training.step import EagerStep
from vae_studio.training.taped_step import TapedStep

parts_of_a_batch = module._parts
STEPS, SIZE = 9, 12
PER_PICTURE = ["vae", "beta-vae", "iwae", "autoencoder", "denoising"]
CASES = [
    *({"objective__kind": objective} for objective in PER_PICTURE),
    {"objective__kind": "denoising", "objective__corruption": "masking"},
    *({"likelihood__kind": likelihood} for likelihood in LIKELIHOODS),
    *({"training__optimiser": optimiser} for optimiser in ("adam", "muon")),
    {"training__optimiser": "muon", "training__precision": "bfloat16"},
    {"training__clipping": 0},
    {"prior__kind": "vampprior"},
    {"likelihood__greys": "static"},
    {"likelihood__greys": "dynamic"},
    {"objective__annealing": "cyclical"},
    {"network__condition": "label"},
    {"network__kind": "conv"},
    {"network__kind": "residual", "network__width": 64, "training__optimiser": "muon"},
    {"network__kind": "residual", "network__width": 64, "training__precision": "bfloat16"},
    {"network__kind": "pyramid", "network__width": 8, "network__hidden": 32},
]
NOT_PER_PICTURE = sorted(set(OBJECTIVES) - set(PER_PICTURE))


@pytest.fixture(autouse=True)
def as_a_run_trains():
    with without_denormals():
        yield


@pytest.fixture
def enough(monkeypatch):
    """Have the smallest training be worth programs on two cores."""
    for name in ("_LEAST_STEPS", "_RESTS"):
        monkeypatch.setattr(module, name, 1)
    monkeypatch.setattr(module, "_LEAST_PART", 2)
    monkeypatch.setattr(module, "_SECONDS", 1e9)  # however slow the machine is, as many steps as may be go together
    monkeypatch.setattr(module, "_parts", lambda size, cores: parts_of_a_batch(size, 2))


def run_of(values):
    chosen = {"network__widths": [48]} | values if values.get("network__kind", "dense") == "dense" else values
    usual = {"training__precision": "float32", "training__batch_size": SIZE}
    return Run(recipe(**usual | chosen), pictures(), CPU)


def chosen_for(run):
    return step_for(run.state, run.objective, run.store, run.recipe.training, len(run.split.train))


def taken(values, parted=False, together=8):
    """Take steps over the whole of a training's progress, the last with fewer pictures; return all they leave."""
    run = run_of(values)
    step = PartedStep(run.state, run.objective, run.store, 2) if parted else chosen_for(run)
    assert isinstance(step, PartedStep if parted else TapedStep)
    rest = len(run.split.train) % SIZE
    assert rest % 2 == 1, "parts of two sizes"
    for number in range(STEPS):
        batch = torch.from_numpy(run.split.train).roll(5 * number)[: SIZE if number < STEPS - 1 else rest]
        step(batch, 1e-3 * (1 + number), torch.tensor(number / STEPS) if parted else number / STEPS)
    step.finish()
    if not parted:
        assert set(step._programs) == {SIZE, rest}
        assert step._together == together
    return weights(run.model) | run.state.to_tensors() | {"tally": step.tally}


@pytest.mark.parametrize("values", CASES, ids=str)
def test_a_program_leaves_the_same_numbers(values, enough):
    if values == {"likelihood__kind": "sigma-gaussian"}:
        values = values | {"likelihood__estimate": "gradient"}
    assert_same(taken(values), taken(values, parted=True))


def test_slow_steps_are_taken_one_by_one_and_leave_the_same_numbers(enough, monkeypatch):
    together = taken({})
    monkeypatch.setattr(module, "_SECONDS", 0.0)
    assert_same(taken({}, together=1), together)


@pytest.mark.parametrize("optimiser", ["adamw", "muon"])
def test_writing_a_program_changes_nothing(optimiser, enough):
    run = run_of({"training__optimiser": optimiser})
    before, noise = weights(run.model), run.state.noise.get_state()
    step = chosen_for(run)
    assert isinstance(step, TapedStep)
    assert_same(weights(run.model), before)
    assert torch.equal(run.state.noise.get_state(), noise)
    assert not any(value.any() for key, value in run.state.to_tensors().items() if key != "noise")
    assert not step.tally.any()


@pytest.mark.parametrize("objective", PER_PICTURE)
def test_programs_are_for_losses_that_are_means_over_pictures(objective, enough):
    assert isinstance(chosen_for(run_of({"objective__kind": objective})), TapedStep)


@pytest.mark.parametrize("objective", NOT_PER_PICTURE)
def test_losses_that_know_the_whole_batch_are_not_taken_apart(objective, enough):
    values = {"objective__entries": 16} if objective == "vq-vae" else {}
    assert type(chosen_for(run_of({"objective__kind": objective} | values))) is EagerStep


@pytest.mark.parametrize(
    "values",
    [
        {"objective__free_bits": 0.5},
        {"likelihood__kind": "sigma-gaussian"},
        {"prior__kind": "sphere"},
        {"training__batch_size": 3},
        {"training__batch_size": 7},
        {"network__widths": [2500]},
        {"network__kind": "memoriser", "network__pictures": 37, "data__held_out": 0, "objective__kind": "autoencoder"},
    ],
    ids=str,
)
def test_what_cannot_be_taken_apart_or_written_down_is_not(values, enough):
    run = run_of(values)
    assert type(chosen_for(run)) is EagerStep
    assert all(isinstance(group["lr"], float) for group in run.state.optimiser.param_groups)


def test_a_short_training_and_one_core_do_without(monkeypatch):
    assert type(chosen_for(run_of({}))) is EagerStep
    monkeypatch.setattr(module, "_LEAST_STEPS", 1)
    monkeypatch.setattr(module, "_LEAST_PART", 2)
    assert type(chosen_for(run_of({}))) is EagerStep, "the tests have one core"


@pytest.mark.parametrize(
    ("size", "cores", "parts"),
    [(512, 1, 1), (512, 2, 2), (64, 2, 2), (63, 2, 1), (33, 2, 1), (512, 8, 8), (128, 8, 1), (100, 3, 2), (512, 16, 1)],
)
def test_parts_are_equal_and_fill_most_cores(size, cores, parts):
    assert parts_of_a_batch(size, cores) == parts


def test_a_training_by_a_program_goes_on_exactly_where_it_stopped(enough):
    values = {"training__epochs": 4, "training__optimiser": "muon"}
    straight, halted, resumed = (run_of(values) for _ in range(3))
    list(train(*parts_of(straight)))
    list(train(*parts_of(halted), should_stop=lambda: halted.state.position.step >= 5))
    resumed.model.load_state_dict(halted.model.state_dict())
    resumed.state.restore(halted.state.to_tensors(), halted.state.position_json())
    list(train(*parts_of(resumed)))
    found, wanted = (weights(run.model) | run.state.to_tensors() for run in (resumed, straight))
    assert_same(found, wanted)


def parts_of(run):
    return run.state, run.objective, run.store, run.split, run.recipe.training


def go_wrong(monkeypatch):
    right = Program.run
    monkeypatch.setattr(
        Program, "run", lambda program, batches, *rest: right(program, [one.roll(1) for one in batches], *rest)
    )


def keep_the_first_rate(monkeypatch):
    right = Program.run
    monkeypatch.setattr(
        Program, "run", lambda program, batches, rates, *rest: right(program, batches, rates[:1].expand(2), *rest)
    )


def fail_in_its_second_lane(monkeypatch):
    right, calls = PartedStep.move, []

    def move(step, lane, gradients, excess):
        calls.append(lane)
        if len(calls) == 4:  # one lane of the step that is written down has moved already
            raise RuntimeError("no memory")
        right(step, lane, gradients, excess)

    monkeypatch.setattr(PartedStep, "move", move)


def lose_a_private_name(monkeypatch):
    def start():
        raise AttributeError("torch has lost a name")

    monkeypatch.setattr("vae_studio.training.program.start_workers", start)


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (go_wrong, "other numbers"),
        (keep_the_first_rate, "other numbers"),
        (fail_in_its_second_lane, "no memory"),
        (lose_a_private_name, "lost a name"),
    ],
)
def test_a_program_that_fails_is_given_up_before_anything_is_learned(harm, reason, enough, monkeypatch, caplog):
    harm(monkeypatch)
    run = run_of({"training__optimiser": "muon"})
    before = weights(run.model)
    with caplog.at_level(logging.INFO, "vae_studio"):
        assert type(chosen_for(run)) is EagerStep
    assert_same(weights(run.model), before)
    assert not any(value.any() for key, value in run.state.to_tensors().items() if key != "noise")
    (said,) = [record.getMessage() for record in caplog.records]
    assert said.startswith("Steps are taken one by one: ") and reason in said


def train_on_two_cores(found):
    """Choose a step in a process whose threads have two cores: they would add up in another order."""
    torch.set_num_threads(2)
    module._LEAST_STEPS = 1
    values = {"network__widths": [512, 512], "training__batch_size": 512, "data__held_out": 0}
    run = Run(recipe(**values), pictures(1024, 28, 28), CPU)
    with without_denormals():
        step = chosen_for(run)
    found.put((type(step).__name__, torch.get_num_threads()))


def test_threads_of_a_program_have_one_core_each():
    context = multiprocessing.get_context("spawn")
    found = context.Queue()
    child = context.Process(target=train_on_two_cores, args=(found,))
    child.start()
    assert found.get(timeout=120) == ("TapedStep", 2)
    child.join()
