"""Recipes: TOML and back, changed values, faults in one sentence."""

import math
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae_studio.errors import UsageError
from vae_studio.models.catalogue import NETWORKS, ConvOptions, DenseOptions, PyramidOptions
from vae_studio.objectives.catalogue import LIKELIHOODS, OBJECTIVES
from vae_studio.resources import resource
from vae_studio.runs.presets import DEFAULT, preset, presets
from vae_studio.runs.recipe import Recipe

unicode = st.text(st.characters(exclude_categories=["Cs"]))
awkward = st.text(st.sampled_from("\"'\\\n\r\t\0\x7f\x85\u2028\U000e0001\ufffe#=[]é日 " + string.ascii_letters))


@given(source=unicode | awkward, root=awkward)
def test_any_path_survives_toml(source, root):
    recipe = Recipe().with_values({"data.source": source, "data.root": root})
    assert Recipe.from_toml(recipe.to_toml()) == recipe


@given(
    network=st.sampled_from(list(NETWORKS)),
    objective=st.sampled_from(list(OBJECTIVES)),
    likelihood=st.sampled_from(list(LIKELIHOODS)),
    rate=st.floats(0, 1, exclude_min=True),
    held_out=st.floats(0, 1, exclude_min=True, exclude_max=True),
    epochs=st.integers(1, 100_000),
    seed=st.integers(0, 2**31 - 1),
)
def test_any_recipe_survives_toml(network, objective, likelihood, rate, held_out, epochs, seed):
    kinds = {"network.kind": network, "objective.kind": objective, "likelihood.kind": likelihood}
    numbers = {"learning_rate": rate, "held_out": held_out, "epochs": epochs, "seed": seed}
    recipe = Recipe().with_values(kinds | numbers)
    again = Recipe.from_toml(recipe.to_toml())
    assert again == recipe
    assert type(again.network) is NETWORKS[network].options


def test_a_name_that_is_no_unicode_is_refused():
    with pytest.raises(UsageError, match="not valid Unicode; rename"):
        Recipe().with_values({"data.source": "\udcff"}).to_toml()


def test_lists_survive_toml():
    recipe = Recipe().with_values({"network.kind": "dense", "network.widths": (3, 2, 1)})
    assert "widths = [3, 2, 1]" in recipe.to_toml()
    assert Recipe.from_toml(recipe.to_toml()).network == DenseOptions(widths=(3, 2, 1))


def test_what_is_missing_keeps_its_default():
    assert Recipe.from_toml("") == Recipe()
    assert Recipe.from_toml("[network]\nlatent_dim = 5").network.latent_dim == 5


def test_kinds_are_set_before_their_values_whatever_the_order():
    recipe = Recipe().with_values({"widths": [9], "network.kind": "dense"} | {"network.latent_dim": 4})
    assert recipe.network == DenseOptions(widths=(9,), latent_dim=4)


def test_changing_the_kind_keeps_what_was_chosen_where_the_new_kind_can_have_it():
    residual = Recipe().with_values({"network.kind": "residual", "network.latent_dim": 7})
    assert residual.with_values({"network.kind": "pyramid"}).network == PyramidOptions(latent_dim=7)
    wide = residual.with_values({"network.width": 4096})
    assert wide.with_values({"network.kind": "pyramid"}).network == PyramidOptions(latent_dim=7)
    narrow = residual.with_values({"network.width": 16})
    assert narrow.with_values({"network.kind": "pyramid"}).network.width == 16
    conv = Recipe().with_values({"network.kind": "conv"})
    assert conv.with_values({"network.kind": "pyramid"}).network == PyramidOptions()
    assert conv.network == ConvOptions()


FAULTS = [
    ({"network.latent_dim": 0}, "The recipe's network.latent_dim cannot be 0: it must be at least 1."),
    ({"epochs": "many"}, "The recipe's training.epochs cannot be 'many': it must be a whole number."),
    ({"epochs": 1.5}, "The recipe's training.epochs cannot be 1.5: it must be a whole number."),
    ({"learning_rate": -1}, "The recipe's training.learning_rate cannot be -1: it must be at least 0."),
    ({"learning_rate": None}, "The recipe's training.learning_rate cannot be None: it must be a number."),
    ({"held_out": 1}, "The recipe's data.held_out cannot be 1: it must be less than 1."),
    ({"batch_size": 9999}, "The recipe's training.batch_size cannot be 9999: it must be at most 8192."),
    ({"schedule": "x"}, "The recipe's training.schedule cannot be 'x': it must be 'one-cycle' or 'constant'."),
    ({"source": 3}, "The recipe's data.source cannot be 3: it must be text in quotes."),
    (
        {"network.kind": "dense", "network.widths": "wide"},
        "The recipe's network.widths cannot be 'wide': it must be a list, like [512, 256].",
    ),
    (
        {"network.kind": "dense", "network.widths": [8, 0]},
        "The recipe's network.widths.1 cannot be 0: it must be more than 0.",
    ),
    (
        {"network.kind": "dense", "network.widths": []},
        "The recipe's network.widths cannot be []: it must be a list of 1 value or more.",
    ),
    (
        {"network.kind": "dense", "network.widths": [1] * 9},
        "The recipe's network.widths cannot be [1, 1, 1, 1, 1, 1, 1, 1, 1]: it must be a list of 8 values or fewer.",
    ),
    ({"network.kind": "residul"}, "There is no network called 'residul'; did you mean 'residual'?"),
    ({"epoch": 3}, "The recipe has no value 'epoch'; did you mean 'epochs'?"),
    ({"network.latentdim": 3}, "The recipe has no value 'network.latentdim'; did you mean 'network.latent_dim'?"),
    ({"trainin.epochs": 3}, "The recipe has no value 'trainin.epochs'; did you mean 'training.epochs'?"),
    (
        {"kind": "vae"},
        "'kind' is in several parts of the recipe; write network.kind or prior.kind or likelihood.kind or "
        "objective.kind.",
    ),
]


@pytest.mark.parametrize(("values", "sentence"), FAULTS)
def test_a_bad_value_is_one_sentence(values, sentence):
    with pytest.raises(UsageError) as caught:
        Recipe().with_values(values)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("network = 5", "The recipe's network cannot be 5: it must be a table of values."),
        ("training = 'x'", "The recipe's training cannot be 'x': it must be a table of values."),
        ("[foo]", "The recipe has no value 'foo'; it has data, network, prior, likelihood, objective, training."),
        ("[trainin]", "The recipe has no value 'trainin'; did you mean 'training'?"),
        ("[training]\nepoch = 1", "The recipe has no value 'training.epoch'; did you mean 'training.epochs'?"),
        (
            "[network]\nkind = 'dense'\nwidth = 1",
            "The recipe has no value 'network.width'; did you mean 'network.widths'?",
        ),
        (
            "[network]\nkind = ['a']",
            "There is no network called \"['a']\"; choose one of auto, residual, dense, conv, pyramid, grid, "
            "memoriser.",
        ),
        (f"[data]\nsize = '{'9x' * 99}'", None),
    ],
)
def test_a_bad_file_is_one_sentence(text, sentence):
    with pytest.raises(UsageError) as caught:
        Recipe.from_toml(text)
    assert sentence is None or str(caught.value) == sentence
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("text", ["x = [", "= 1", "[a]\n[a]", "\0", "x = " + "[" * 5000, "a" * 100])
def test_what_is_no_toml_is_said_to_be_none(text):
    with pytest.raises(UsageError, match=r"not valid TOML|nested too deeply"):
        Recipe.from_toml(text)


@given(
    st.dictionaries(
        st.sampled_from(["data", "network", "objective", "training", "x"]),
        st.dictionaries(
            st.sampled_from(["kind", "epochs", "source", "latent_dim", "widths", "beta", "y"]),
            st.none()
            | st.booleans()
            | st.integers()
            | st.floats()
            | st.text(max_size=5)
            | st.lists(st.integers(), max_size=2),
        )
        | st.integers(),
    )
)
def test_nothing_but_a_usage_error_ever_comes_out(parts):
    try:
        recipe = Recipe.from_parts(parts)
    except UsageError as error:
        assert str(error).endswith((".", "?"))
        assert "\n" not in str(error)
        assert "nput should" not in str(error)
    else:
        assert Recipe.from_toml(recipe.to_toml()) == recipe


def test_every_preset_is_sound_and_says_what_it_is_for():
    found = presets()
    assert next(iter(found)) == DEFAULT
    assert len(found) == len(list(resource("presets").glob("*.toml")))
    assert len({one.title for one in found.values()}) == len(found)
    for name, one in found.items():
        assert preset(name).recipe == one.recipe
        assert one.title
        assert one.summary.endswith(".")
        assert Recipe.from_toml(one.recipe.to_toml()) == one.recipe
        kept = one.recipe.data.model_copy(update={"limit": 0, "held_out": Recipe().data.held_out})
        assert kept == Recipe().data, "a preset says how many pictures, but not which"


def test_an_unknown_preset_is_answered_with_the_known_ones():
    with pytest.raises(UsageError, match="no preset 'best'; choose one of balanced, "):
        preset("best")


def test_a_misspelt_preset_is_answered_with_the_nearest():
    with pytest.raises(UsageError, match="no preset 'quik'; did you mean 'quick'"):
        preset("quik")


@pytest.mark.parametrize("catalogue", [NETWORKS, OBJECTIVES, LIKELIHOODS], ids=lambda catalogue: catalogue.noun)
def test_every_row_of_a_catalogue_can_be_loaded_and_every_option_is_explained(catalogue):
    for name, row in catalogue.items():
        assert callable(row.load())
        assert row.options().kind == name
        for option, field in row.options.model_fields.items():
            assert option == "kind" or (field.title and field.description.endswith("."))


def test_numbers_that_are_none_are_refused():
    for value in (math.nan, math.inf, -math.inf):
        with pytest.raises(UsageError):
            Recipe().with_values({"beta": value})
