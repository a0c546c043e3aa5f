"""The code book and the prior over its entries."""

import itertools

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vae_studio.latent.book import Book, perplexity
from vae_studio.models.codebook import Codebook
from vae_studio.models.index_prior import IndexPrior


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def book(entries=5, width=2, places=3, by_gradient=False):
    with torch.random.fork_rng():
        torch.manual_seed(1)
        return Codebook(entries, width, places, by_gradient)


@given(st.integers(0, 1000))
def test_the_nearest_entry_is_chosen_and_both_sides_agree(seed):
    made = book()
    z = 2 * torch.randn(7, 6, generator=seeded(seed))
    wanted = torch.cdist(z.view(7, 3, 2), made.entries).argmin(dim=2)
    assert torch.equal(made.indices(z), wanted)
    snapped = made.snap(z)
    torch.testing.assert_close(snapped, made.lookup(wanted))
    assert torch.equal(made.indices(snapped), wanted)
    numbers = Book(made.entries.numpy(), 3)
    assert (numbers.indices(z.numpy()) == wanted.numpy()).all()
    assert (numbers.codes(wanted.numpy()) == made.lookup(wanted).numpy()).all()


def test_gradients_go_straight_through_to_the_encoder_and_not_to_the_entries():
    made = book(by_gradient=True).double()
    z = torch.randn(4, 6, dtype=torch.float64, generator=seeded(), requires_grad=True)
    weights = torch.randn(4, 6, dtype=torch.float64, generator=seeded(1))
    (made.snap(z) * weights).sum().backward()
    torch.testing.assert_close(z.grad, weights)
    assert made.entries.grad is None


def test_entries_follow_the_mean_of_the_vectors_that_choose_them():
    made = book(places=1)
    z = torch.randn(40, 2, generator=seeded())
    made.begun.fill_(1)
    made.sizes.fill_(8.0)
    made.sums.copy_(8.0 * made.entries)
    before, chosen = made.entries.clone(), made.indices(z)[:, 0]
    made.follow(z, 0.9, False, seeded())
    for entry in range(5):
        mine = z[chosen == entry]
        size = 0.9 * 8 + 0.1 * len(mine)
        wanted = (0.9 * 8 * before[entry] + 0.1 * mine.sum(dim=0)) / size
        torch.testing.assert_close(made.entries[entry], wanted)


def test_a_long_book_is_followed_with_no_larger_table_than_the_distances():
    made, z = book(entries=300, width=2, places=1), torch.randn(200, 2, generator=seeded())
    with torch.autograd.profiler.profile(profile_memory=True) as seen:
        made.follow(z, 0.9, False, seeded())
    distances = 4 * 200 * 300  # bytes, which choosing needs
    assert max(event.cpu_memory_usage for event in seen.function_events) <= distances
    assert made.sizes.sum().item() == 200


def test_entries_begin_among_the_vectors_and_dead_ones_begin_anew():
    made = book(entries=8, places=1)
    near = 5 + 0.1 * torch.randn(64, 2, generator=seeded())
    made.follow(near, 0.98, False, seeded())
    assert (made.entries - 5).abs().max() < 1
    with torch.no_grad():
        made.entries[3] = torch.tensor([99.0, 99.0])
        made.sums[3], made.sizes[3] = 0, 0
    made.follow(near, 0.98, False, seeded())
    assert made.entries[3, 0] == 99
    made.follow(near, 0.98, True, seeded())
    assert (made.entries[3] - 5).abs().max() < 1


def test_a_book_as_large_as_the_data_knows_every_vector():
    made = book(entries=16, places=1)
    made.begun.fill_(1)
    z = torch.randn(16, 2, generator=seeded())
    made.entries.copy_(z)
    torch.testing.assert_close(made.snap(z), z)
    assert perplexity(Book(made.entries.numpy(), 1).uses(made.indices(z).numpy())) == pytest.approx(16)


def test_one_entry_says_nothing():
    made = book(entries=1, places=3)
    snapped = made.snap(torch.randn(9, 6, generator=seeded()))
    torch.testing.assert_close(snapped, snapped[:1].expand_as(snapped))
    prior = IndexPrior(1, 1, 3, 8)
    assert prior.log_prob(torch.zeros(4, 3, dtype=torch.long)).abs().max() == 0
    assert perplexity(Book(made.entries.numpy(), 3).uses(made.indices(snapped).numpy())) == 1


def small_prior(entries=3, rows=2, columns=2):
    with torch.random.fork_rng():
        torch.manual_seed(2)
        prior = IndexPrior(entries, rows, columns, 8)
        torch.nn.init.normal_(prior.place)
        torch.nn.init.normal_(prior.logits.weight)
    return prior


def test_the_prior_is_a_distribution_and_samples_follow_it():
    prior = small_prior()
    every = torch.tensor(list(itertools.product(range(3), repeat=4)))
    with torch.no_grad():
        chances = prior.log_prob(every).exp()
    assert chances.sum().item() == pytest.approx(1, abs=1e-5)
    drawn = prior.sample(20_000, seeded())
    numbers = (drawn * torch.tensor([27, 9, 3, 1])).sum(dim=1)
    shares = torch.bincount(numbers, minlength=81) / 20_000
    assert (shares - chances).abs().max() < 5 * (chances.max() / 20_000).sqrt()


def test_no_place_knows_what_comes_after_it():
    prior = small_prior(rows=3, columns=3)
    first = torch.randint(0, 3, (1, 9), generator=seeded())
    for place in range(9):
        other = first.clone()
        other[:, place:] = (other[:, place:] + 1) % 3
        seen, changed = prior._seen(first), prior._seen(other)
        assert torch.equal(seen[:, : place + 1], changed[:, : place + 1])
        if place < 8:
            assert not torch.equal(seen[:, place + 1], changed[:, place + 1])
        if place < 6:
            assert not torch.equal(seen[:, place + 3], changed[:, place + 3])
