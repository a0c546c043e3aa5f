"""Work written down gives the same numbers again, with new noise, and what looks at numbers is refused."""

import pytest
import torch

from vae_studio.training.tape import Constants, Tape, TapeError


def written(work, **inputs):
    """Write some work down; return its results, and the same work as a program of tensors by name."""
    constants = Constants()
    tape = Tape(constants, inputs)
    with tape:
        results = work(**inputs)
    arguments = ", ".join([*(f"{name}: Tensor" for name in inputs), "noise: List[Tensor]"])
    function = tape.function("work", arguments, results)
    called = function.called(*inputs, "noise")
    given = f"constants: List[Tensor], {arguments}"
    text = f"{function.text}\ndef whole({given}) -> List[Tensor]:\n    return {called}\n"
    whole = torch.jit.CompilationUnit(text).whole
    return results, lambda noise=(), **values: whole(constants.detached(), *values.values(), list(noise)), tape


def test_work_gives_the_same_numbers_again_and_others_for_other_inputs():
    weight = torch.linspace(-1, 1, 12, requires_grad=True)

    def work(x):
        y = (torch.sin(x * weight) + 0.5).clamp(min=0, max=float("inf")).chunk(3)
        (slope,) = torch.autograd.grad(y[1].square().mean(), weight)
        return [slope, y[2].to(torch.bfloat16).detach()]

    first, other = torch.linspace(0, 3, 12), torch.linspace(2, -2, 12)
    results, again, _ = written(work, x=first)
    for one, two in ((results, again(x=first)), (work(other), again(x=other))):
        assert all(torch.equal(*pair) for pair in zip(one, two, strict=True))


def test_what_is_written_to_constants_lasts():
    total, many = torch.zeros(2), [torch.zeros(()), torch.ones(2)]

    def work(x):
        total.add_(x)
        torch._foreach_add_(many, 1)  # torch would leave out a list's writing that nobody looks at
        return []

    _, again, _ = written(work, x=torch.ones(2))
    again(x=torch.full((2,), 5.0))
    assert total.tolist() == [6, 6]
    assert many[0].item() == 2 and many[1].tolist() == [3, 3]


def test_noise_is_drawn_anew_each_time_in_its_order():
    def draw(x):
        unit = torch.rand(3, generator=generator)
        normal = torch.empty_like(x).normal_(1.0, 2.0, generator=generator)
        return [unit, normal + x, torch.empty(2).uniform_(generator=generator)]

    generator = torch.Generator().manual_seed(4)
    x = torch.ones(4)
    _, again, tape = written(draw, x=x)
    place = generator.get_state()
    buffers = [one.buffer() for one in tape.draws]
    for one, buffer in zip(tape.draws, buffers, strict=True):
        one.refill(buffer, generator)
    found = again(buffers, x=x)
    generator.set_state(place)
    assert all(torch.equal(*pair) for pair in zip(found, draw(x), strict=True))


@pytest.mark.parametrize(
    "work",
    [
        lambda x: [x * x.sum().item()],
        lambda x: [x[x > 0]],
        lambda x: [torch.bernoulli(x, generator=torch.Generator())],
        lambda x: [torch.randperm(4, generator=torch.Generator())],
    ],
)
def test_what_depends_on_numbers_is_refused(work):
    with pytest.raises(TapeError):
        written(work, x=torch.full((4,), 0.5))
