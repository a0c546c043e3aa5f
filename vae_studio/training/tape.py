"""Operations written down as a program that runs without Python."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from vae_studio.training.host_reads import looks

_aten = torch.ops.aten
_REFILLED = {_aten.normal_.default: Tensor.normal_, _aten.uniform_.default: Tensor.uniform_}
_DRAWN = {_aten.rand.generator: Tensor.uniform_, _aten.randn.generator: Tensor.normal_}
_PLAIN = (bool, int, float, str, type(None), torch.dtype, torch.layout, torch.memory_format)  # Python writes them alike


class TapeError(Exception):
    """An operation that cannot be written down."""


@dataclass(frozen=True)
class Draw:
    """Noise that a function needs each time anew."""

    like: Tensor  # of its shape, type and order in memory, but without any
    fill: Callable[..., Tensor]
    arguments: tuple[float, ...] = ()

    def buffer(self) -> Tensor:
        """Return memory for it."""
        return torch.empty_like(self.like, device="cpu")

    def refill(self, buffer: Tensor, generator: torch.Generator) -> None:
        """Draw anew."""
        self.fill(buffer, *self.arguments, generator=generator)


@dataclass
class Constants:
    """Tensors that a program finds in their place each time: weights, averages, pictures."""

    tensors: list[Tensor] = field(default_factory=list)
    _places: dict[int, int] = field(default_factory=dict)

    def place(self, tensor: Tensor) -> int:
        """Return a tensor's place among them, which it takes at its first mention."""
        if id(tensor) not in self._places:
            self._places[id(tensor)] = len(self.tensors)
            self.tensors.append(tensor)
        return self._places[id(tensor)]

    def detached(self) -> list[Tensor]:
        """Return them as they are given to a program, which learns by itself."""
        return [tensor.detach() for tensor in self.tensors]


@dataclass(frozen=True)
class Function:
    """A function of a program, in TorchScript; its first argument are the constants."""

    name: str
    text: str

    def called(self, *arguments: str) -> str:
        """Return a call of it."""
        return f"{self.name}({', '.join(('constants', *arguments))})"

    def begun(self, *arguments: str) -> str:
        """Return a call of it in a thread of torch's."""
        return f"torch.jit._fork({', '.join((self.name, 'constants', *arguments))})"


class Tape(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Writes down all operations, forward and backward, while they are taken, as lines of TorchScript.

    Python's part in a step, which holds its lock and takes time of its own, is over once the lines are there. Only
    operations are seen: what Python decided is the same at every repetition. Raises TapeError at an operation that
    looks at numbers, or whose noise cannot be drawn before.
    """

    def __init__(self, constants: Constants, inputs: dict[str, Tensor]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.draws: list[Draw] = []
        self._constants = constants
        self._lines: list[str] = []
        self._kept: list[Tensor] = list(inputs.values())  # alive, or another tensor may take over their identity
        self._names = {id(tensor): name for name, tensor in inputs.items()}
        self._changed: list[str] = []  # lists whose tensors were written to

    def function(self, name: str, arguments: str, results: Sequence[Tensor]) -> Function:
        """Return the lines as a function that returns some of the tensors that they made.

        `arguments` declares what the names of the inputs are made of: `found[0][1]` wants `found: List[List[Tensor]]`.
        """
        # Lists that were written to are returned as well: torch takes it else for work that nobody needs.
        returned = " + ".join([self._text(list(results)), *self._changed])
        lines = "\n    ".join([*self._lines, f"return {returned}"])
        return Function(name, f"def {name}(constants: List[Tensor], {arguments}) -> List[Tensor]:\n    {lines}\n")

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Take an operation as it is, and write it down."""
        kwargs = kwargs or {}
        if func.namespace == "profiler":
            return func(*args, **kwargs)
        if kwargs.get("generator") is not None:
            return self._draw(func, args, kwargs)
        words = self._words(func, args, kwargs)
        result = func(*args, **kwargs)
        if looks(func, args, result):
            raise TapeError(f"{func} looks at numbers on the way")
        call = f"torch.ops.{func.namespace}.{func._schema.name.split('::')[1]}({', '.join(words)})"
        if not func._schema.returns:
            self._lines.append(call)
            return result
        made = f"v{len(self._lines)}"
        self._lines.append(f"{made} = {call}")
        self._remember(made, result)
        return result

    def _words(self, func: Any, args: Any, kwargs: Any) -> list[str]:
        """Return an operation's arguments; a list whose tensors it writes to is given a name before."""
        declared = func._schema.arguments
        given = {argument.name: value for argument, value in zip(declared, args, strict=False)} | kwargs
        words = {name: self._text(value) for name, value in given.items()}
        for argument in declared:
            writes = argument.alias_info is not None and argument.alias_info.is_write
            if writes and isinstance(given.get(argument.name), list | tuple) and given[argument.name]:
                name = f"w{len(self._changed)}"
                self._changed.append(name)
                self._lines.append(f"{name} = {words[argument.name]}")
                words[argument.name] = name
        return [f"{name}={word}" for name, word in words.items()]

    def _draw(self, func: Any, args: Any, kwargs: Any) -> Tensor:
        """Take an operation that draws noise, which will be drawn before the function is called."""
        if func in _REFILLED and id(args[0]) in self._names:
            fill, rest = _REFILLED[func], args[1:]
        elif func in _DRAWN:
            fill, rest = _DRAWN[func], ()
        else:
            raise TapeError(f"the noise of {func} depends on what comes before")
        result: Tensor = func(*args, **kwargs)
        self._remember(f"noise[{len(self.draws)}]", result)
        self.draws.append(Draw(torch.empty_like(result, device="meta"), fill, tuple(rest)))
        return result

    def _remember(self, name: str, result: Any) -> None:
        if isinstance(result, Tensor):
            self._names[id(result)] = name
            self._kept.append(result)
        elif isinstance(result, list | tuple):
            for place, one in enumerate(result):
                self._remember(f"{name}[{place}]", one)

    def _text(self, value: Any) -> str:
        """Return a value as TorchScript writes it."""
        if isinstance(value, Tensor):
            return self._names.get(id(value)) or f"constants[{self._constants.place(value)}]"
        if isinstance(value, list | tuple):
            return f"[{', '.join(self._text(one) for one in value)}]"
        if isinstance(value, torch.device):
            return f'torch.device("{value}")'
        if isinstance(value, float) and not math.isfinite(value):
            return f'float("{value}")'
        if isinstance(value, _PLAIN):
            return repr(value)
        raise TapeError(f"a {type(value).__name__} has no written form")
