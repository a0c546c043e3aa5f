"""Steps recorded on a CUDA device train the same, and what cannot be recorded is trained all the same."""

import logging
import multiprocessing
import warnings
from dataclasses import dataclass

import numpy as np
import pytest
import torch

from tests.small import pictures, recipe, training
from vae_studio.device import Device
from vae_studio.models.priors.catalogue import PRIORS
from vae_studio.objectives.catalogue import LIKELIHOODS, OBJECTIVES
from vae_studio.runs.run import Run
from vae_studio.training.events import EpochDone
from vae_studio.training.graphed_step import GraphedStep
from vae_studio.training.loop import step_for, train

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")

CUDA = Device("cuda", "CUDA, test", bfloat16=True)
STEPS, RATE = 24, 2e-3
EXACT, ROUGH = 2e-3, 2e-2  # how far losses may differ: sums in another order, in float32 and in bfloat16
OF_KIND = {
    "adversarial": {"objective__start": 0.5, "objective__sharpness": 1.0, "objective__width": 8},
    "capacity": {"objective__rise": 0.5},
    "iwae": {"objective__samples": 3},
    # A short memory, so that entries die and begin anew within the test.
    "vq-vae": {"objective__entries": 32, "objective__decay": 0.5},
}
PAIRS = [
    (objective, prior)
    for objective in OBJECTIVES
    for prior in PRIORS
    if prior == "normal" or OBJECTIVES[objective].options.any_prior
]
SCHEDULES = [
    {"objective__annealing": "cyclical", "objective__cycles": 3, "objective__warmup": 0.5},
    {"objective__annealing": "constant"},
    {"objective__warmup": 0},
    {"objective__free_bits": 0.5},
    {"objective__kind": "capacity", "objective__rise": 0},
    {"objective__kind": "adversarial", "objective__start": 0},
    {"objective__kind": "adversarial", "objective__start": 1},
    {"objective__kind": "adversarial", "objective__sharpness": 0},
    {"objective__kind": "factor-vae", "objective__discriminator_rate": 1e-4},
    {"objective__kind": "factor-vae", "objective__discriminator_rate": 1e-4, "training__optimiser": "muon"},
    {"objective__kind": "vq-vae", "objective__entries": 16, "objective__update": "gradient"},
    {"objective__kind": "vq-vae", "objective__entries": 16, "objective__restart": False},
    {"objective__kind": "denoising", "objective__corruption": "masking"},
]
NETWORKS = [
    {"network__kind": "residual", "network__width": 64},
    {"network__kind": "conv"},
    {"network__kind": "pyramid", "network__width": 8, "network__hidden": 32},
    {"network__kind": "grid", "network__width": 8, "objective__kind": "vq-vae", "objective__entries": 16},
    {"network__condition": "label"},
    {"network__condition": "label", "network__kind": "conv", "objective__kind": "iwae"},
    {"network__condition": "label", "objective__kind": "adversarial", "objective__start": 0.5},
]
CURVES = [
    {},
    {"objective__annealing": "cyclical"},
    {"objective__kind": "factor-vae"},
    {"objective__kind": "adversarial", "objective__start": 0.5},
    {"likelihood__greys": "dynamic"},
    {"network__kind": "conv"},
    {"network__kind": "residual", "training__optimiser": "adam", "training__clipping": 0},
    {"network__kind": "residual", "network__width": 64, "training__optimiser": "muon"},
]


@dataclass
class Taken:
    """What some steps left behind."""

    run: Run
    step: GraphedStep
    losses: np.ndarray  # [steps, 3], what is minimised, reconstruction and KL, each in nats
    recorded: list[bool]  # after each step
    judge: list[torch.Tensor]  # the discriminator's weights after each step, [W]; nothing where there is none


def take(values, recorded, steps=STEPS):
    """Take steps on a CUDA device, over the whole of a training's progress, recorded or one by one."""
    chosen = {"network__widths": [48]} | values if values.get("network__kind", "dense") == "dense" else values
    run = Run(recipe(**{"training__precision": "float32", "training__epochs": 6} | chosen), pictures(), CUDA)
    step = step_for(run.state, run.objective, run.store, run.recipe.training)
    batches = torch.from_numpy(run.split.train).to("cuda")[:24].split(8)
    taken = Taken(run, step, np.zeros((steps, 3)), [], [])
    for number in range(steps):
        (step if recorded else step.step)(batches[number % 3], RATE, number / steps)
        *sums, count = step.tally.tolist()
        step.tally.zero_()
        taken.losses[number] = np.array(sums) / count
        taken.recorded.append(step.recorded)
        if "discriminator" in run.model.companions:
            taken.judge.append(
                torch.cat([w.detach().flatten() for w in run.model.companions["discriminator"].parameters()])
            )
    assert all(torch.isfinite(weight).all() for weight in run.model.parameters())
    return taken


def assert_alike(values, tolerance=EXACT, possible=True):
    """Fail unless recorded steps have the losses of steps taken one by one, and were recorded where it is possible."""
    one, other = take(values, True), take(values, False)
    assert one.recorded[-1] == possible
    assert not any(other.recorded)
    np.testing.assert_allclose(one.losses, other.losses, rtol=tolerance, atol=10 * tolerance)
    return one, other


def kind_of(objective, prior="normal"):
    return {"objective__kind": objective, "prior__kind": prior, **OF_KIND.get(objective, {})}


@pytest.mark.parametrize("optimiser", ["adamw", "muon"])
@pytest.mark.parametrize(("objective", "prior"), PAIRS)
def test_every_objective_and_prior_is_recorded_as_it_is(objective, prior, optimiser):
    values = kind_of(objective, prior) | {"training__optimiser": optimiser}
    assert_alike(values, possible=prior != "sphere")


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_every_objective_is_recorded_in_bfloat16(objective):
    assert_alike(kind_of(objective) | {"training__precision": "bfloat16"}, ROUGH)


@pytest.mark.parametrize("values", SCHEDULES + NETWORKS, ids=str)
def test_schedules_and_networks_are_recorded_as_they_are(values):
    assert_alike(values)


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_likelihoods_are_recorded_as_they_are(likelihood):
    assert_alike({"likelihood__kind": likelihood})


@pytest.mark.parametrize("greys", ["static", "dynamic"])
def test_binarised_pictures_are_recorded_as_they_are(greys):
    assert_alike({"likelihood__greys": greys})


@pytest.mark.parametrize("optimiser", ["adamw", "muon"])
def test_the_discriminator_joins_a_recorded_training_at_its_start(optimiser):
    one, other = assert_alike(kind_of("adversarial") | {"training__optimiser": optimiser})
    made = take(kind_of("adversarial"), True, steps=1).judge[0]
    for taken in (one, other):
        assert all(torch.equal(weights, made) for weights in taken.judge[: STEPS // 2])
        assert not any(
            torch.equal(*pair) for pair in zip(taken.judge[STEPS // 2 :], taken.judge[STEPS // 2 - 1 :], strict=False)
        )
    before, after = one.recorded[: STEPS // 2], one.recorded[STEPS // 2 :]
    assert before == [False] * 3 + [True] * 9, "the first stage is recorded"
    assert after == [False] * 3 + [True] * 9, "and the second anew"
    assert (one.judge[-1] - other.judge[-1]).norm() < 0.05 * (other.judge[-1] - made).norm()


def test_entries_of_a_code_book_begin_anew_in_recorded_steps():
    """Without beginning anew the same steps end otherwise, so some did, and they did as in steps taken one by one."""
    one, other = assert_alike(kind_of("vq-vae"))
    without = take(kind_of("vq-vae") | {"objective__restart": False}, True)
    books = [taken.run.model.companions["codebook"] for taken in (one, other, without)]
    torch.testing.assert_close(books[0].sizes, books[1].sizes, rtol=EXACT, atol=EXACT)
    torch.testing.assert_close(books[0].entries, books[1].entries, rtol=ROUGH, atol=ROUGH)
    assert (books[0].sizes - books[2].sizes).abs().max() > 0.1


def test_the_memoriser_is_trained_one_by_one():
    values = {"network__kind": "memoriser", "network__pictures": 37, "data__held_out": 0}
    assert_alike(values | kind_of("autoencoder"), possible=False)


def curve(case, recorded, monkeypatch=None):
    run = Run(recipe(**{"training__epochs": 3, "training__precision": "float32"} | case), pictures(), CUDA)
    if not recorded:
        monkeypatch.setattr("vae_studio.training.loop.step_for", lambda *parts: step_for(*parts).step)
    parts = run.state, run.objective, run.store, run.split, run.recipe.training
    return [event.held_out.total for event in train(*parts) if isinstance(event, EpochDone)]


@pytest.mark.parametrize("case", CURVES, ids=str)
def test_recorded_steps_give_the_same_curve(case, monkeypatch):
    assert curve(case, True) == pytest.approx(curve(case, False, monkeypatch), rel=2e-3)


def test_steps_are_recorded():
    parts = training(recipe(training__epochs=1), device=CUDA)
    step = step_for(parts.state, parts.objective, parts.store, parts.options)
    batch = torch.arange(8, device="cuda")
    for _ in range(50):
        step(batch, 1e-3, 0.5)
    assert isinstance(step, GraphedStep) and step.recorded
    assert step.tally[3].item() == 400


def test_recorded_steps_wait_for_no_number():
    taken = take(kind_of("factor-vae"), True)
    batch = torch.arange(8, device="cuda")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch calls this a prototype
        torch.cuda.set_sync_debug_mode("error")
        try:
            for _ in range(10):
                taken.step(batch, RATE, 1.0)
        finally:
            torch.cuda.set_sync_debug_mode("default")
    assert taken.step.tally[3].item() == 80


class Curious:
    """An objective that looks at a number on its way."""

    def __init__(self, asked):
        self.asked, self.likelihood, self.has_prior = asked, asked.likelihood, asked.has_prior

    def __call__(self, model, x, generator, progress):
        terms = self.asked(model, x, generator, progress)
        assert terms.loss.item() > 0
        return terms


def assert_trained_one_by_one():
    """Train with an objective that looks at a number; fail unless every step counts and nothing is left behind."""
    parts = training(recipe(training__epochs=1), device=CUDA)
    step = step_for(parts.state, Curious(parts.objective), parts.store, parts.options)
    usual = torch.cuda.current_stream()
    for _ in range(10):
        step(torch.arange(8, device="cuda"), 1e-3, 0.5)
    assert not step.recorded
    assert step.tally[3].item() == 80
    assert all(torch.isfinite(weight).all() for weight in parts.state.model.parameters())
    assert torch.cuda.current_stream() == usual


def test_what_looks_at_numbers_is_trained_one_by_one_and_says_so(caplog):
    with caplog.at_level(logging.INFO, "vae_studio"):
        assert_trained_one_by_one()
    (said,) = [record.getMessage() for record in caplog.records]
    assert said.startswith("Steps are taken one by one: they look at numbers") and "_local_scalar_dense" in said
    assert_alike({})  # the next training is recorded as ever


def fail_a_recording():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("vae_studio.training.host_reads.looks", lambda *operation: False)
        assert_trained_one_by_one()
    assert_alike({})  # the next training is recorded all the same


def test_a_recording_that_fails_all_the_same_does_the_training_no_harm():
    # In a process of its own: torch has no way of its own to take back a recording that failed.
    child = multiprocessing.get_context("spawn").Process(target=fail_a_recording)
    child.start()
    child.join()
    assert child.exitcode == 0
