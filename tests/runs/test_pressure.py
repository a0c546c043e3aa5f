"""A capacity is measured against all numbers of a code, also where each place of a grid has its own."""

from vae_studio.runs.pressure import kl_weight, relieved, tightened
from vae_studio.runs.recipe import Recipe

SHAPE = (64, 64, 3)  # a grid of 8 x 8 places


def grid(latent_dim, capacity):
    values = {"network.kind": "grid", "network.latent_dim": latent_dim, "objective.kind": "capacity"}
    recipe = Recipe().with_values(values | {"objective.capacity": capacity, "objective.gamma": 30.0})
    return recipe, recipe.network.code_length(SHAPE)


def test_a_capacity_presses_where_it_is_small_for_the_whole_grid():
    assert kl_weight(*grid(4, 100.0)) == 30
    assert kl_weight(*grid(4, 128.0)) == 1


def test_a_grid_is_led_to_a_nat_for_each_of_its_numbers():
    assert relieved(*grid(4, 10.0)) == {"objective.capacity": 256.0}
    assert tightened(*grid(4, 900.0)) == {"objective.capacity": 256.0}


def test_a_remedy_for_a_long_code_is_a_value_that_a_recipe_takes():
    recipe, length = grid(64, 10.0)
    assert recipe.with_values(relieved(recipe, length)).objective.capacity == 1000
