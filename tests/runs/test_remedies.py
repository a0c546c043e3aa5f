"""What helps against a condition, where the recipe decides what that is."""

import pytest

from vae_studio.evaluation.finding import Condition, Finding
from vae_studio.evaluation.symptoms import Symptoms
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.remedies import remedy_for

NOT_LEARNED = Finding(Condition.NOT_LEARNED, "Nothing was learned.", ())


@pytest.mark.parametrize(
    ("values", "rate"),
    [
        ({"network.kind": "residual", "training.optimiser": "muon"}, 0.0),
        ({"network.kind": "residual"}, 3e-3),
        ({"network.kind": "grid"}, 1e-3),
    ],
)
def test_what_has_not_learned_gets_time_and_the_usual_rate_of_its_network(values, rate):
    recipe = Recipe().with_values({"training.learning_rate": 1e-6, **values})
    remedy = remedy_for(NOT_LEARNED, Symptoms(), recipe)
    assert remedy is not None
    assert remedy.values == {"training.epochs": 40, "training.learning_rate": rate}
    assert f"learning_rate 1e-06 → {'automatic' if rate == 0 else rate}" in remedy.sentence
    assert remedy.applied_to(recipe).training.learning_rate == rate
