"""Looks at numbers that a step takes on its way, for which a device has to be waited."""

from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

_aten = torch.ops.aten
_LOOKS = {torch.Tag.data_dependent_output, torch.Tag.dynamic_output_shape}  # a number, or a shape that depends on some
_BY_PLACE = {_aten.index.Tensor, _aten.index_put.default, _aten.index_put_.default}
_COPIES = {_aten._to_copy.default, _aten.copy_.default}


class HostReads(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Names the operations, forward and backward, that give numbers of a device to the program, or the other way.

    A recorded step can hold none of them. It is better to know that before: torch has no way of taking back a recording
    that failed.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.found: list[str] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Take an operation as it is, and note its name where it looks."""
        result = func(*args, **(kwargs or {}))
        if looks(func, args, result):
            self.found.append(str(func))
        return result


def looks(func: Any, args: Any, result: Any) -> bool:
    """Tell whether an operation that was taken gave numbers of a device to the program, or the other way."""
    if func in _BY_PLACE:  # tagged for masks, which have to be counted; whole numbers have not
        return any(isinstance(index, Tensor) and index.dtype in (torch.bool, torch.uint8) for index in args[1])
    if func in _COPIES:
        return len({value.device.type for value in tree_leaves((args, result)) if isinstance(value, Tensor)}) > 1
    return bool(_LOOKS & set(func.tags))
