"""What is varied, and the runs that follow from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae_studio.errors import UsageError
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.variation import Variation, _name, seeds_of, trials


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("objective.beta=1,4,16", (1, 4, 16)),
        ("beta=0.5", (0.5,)),
        ("objective.kind=vae,beta-vae", ("vae", "beta-vae")),
        ("network.widths=[512],[256, 128]", ([512], [256, 128])),
        ("x=true,false", (True, False)),
        ('data.source="a,b",c', ('"a', 'b"', "c")),  # not TOML as a whole, so every comma parts
    ],
)
def test_values_are_read(text, values):
    assert Variation.parse(text).values == values


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("beta", "nothing to vary"),
        ("=1,2", "nothing to vary"),
        ("beta=", "no value of beta"),
        ("beta= , ,", "no value of beta"),
        ("beta=1,2,1.0", "the value 1 twice"),
        ("seed=1,2", "Seeds are not varied"),
        ("training.seed=1", "Seeds are not varied"),
    ],
)
def test_what_is_nothing_to_vary_is_told(text, told):
    with pytest.raises(UsageError, match=told):
        Variation.parse(text)


@pytest.mark.parametrize("text", ["a", "1,b", "1.5"])
def test_what_are_no_seeds_is_told(text):
    with pytest.raises(UsageError, match="are no seeds"):
        seeds_of(text)


@pytest.mark.parametrize(
    ("vary", "seeds", "told"),
    [
        (["objective.bta=1"], (0,), "did you mean 'objective.beta'"),
        (["objective.beta=-1"], (0,), "at least 0"),
        (["beta=1,much"], (0,), "a number"),
        (["objective.kind=vae,iwae", "objective.beta=1,2"], (0,), "With objective.kind=iwae, objective.beta=1: "),
        (["beta=1", "beta=2"], (0,), "varied twice"),
        (["beta=1"], (), "one seed or more"),
        (["beta=1"], (0, 0), "one seed or more"),
        (["beta=1"], (-1,), "at least 0"),
    ],
)
def test_runs_that_cannot_be_are_refused(vary, seeds, told):
    with pytest.raises(UsageError, match=told):
        trials(Recipe(), [Variation.parse(text) for text in vary], seeds)


def test_every_combination_is_tried_under_every_seed():
    made = trials(Recipe(), [Variation.parse("beta=1,4"), Variation.parse("latent_dim=2,3")], (0, 7))
    told = [(one.recipe.objective.beta, one.recipe.network.latent_dim, one.recipe.training.seed) for one in made]
    assert told == [(beta, dim, seed) for beta in (1, 4) for dim in (2, 3) for seed in (0, 7)]
    assert made[0].name == "beta-1_latent_dim-2_seed-0"


@given(st.lists(st.text(min_size=1, max_size=200), min_size=2, max_size=6, unique=True))
def test_names_are_for_folders_and_never_meet(sources):
    made = trials(Recipe(), [Variation("data.source", tuple(sources))], (0, 1))
    names = [one.name for one in made]
    assert len({name.lower() for name in names}) == len(made) or len({s.lower() for s in sources}) < len(sources)
    assert all(len(name) < 120 and name.strip(".") and not set(name) & set('/\\:*?"<>|\0') for name in names)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"network.width": 32}, {"objective.width": 32}),
        ({"network.kind": "vae"}, {"objective.kind": "vae"}),
        ({"source": "x_limit-5"}, {"source": "x", "limit": 5}),
        ({"beta": 0.1234567}, {"beta": 0.12345678}),
        ({"sigma": [0.1234567]}, {"sigma": [0.12345678]}),
    ],
)
def test_other_settings_have_another_name(first, second):
    assert _name(first, 0) != _name(second, 0)


def test_names_stay_short_where_no_other_part_has_such_a_value():
    assert _name({"objective.beta": 1.0, "network.latent_dim": 2}, 3) == "beta-1_latent_dim-2_seed-3"
    assert _name({"network.width": 32}, 0) == "network.width-32_seed-0"
