"""Drawn codes for the laws of the code space."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

numbers = st.floats(-50, 50, width=32)


def codes(rows, dim):
    """Draw float32 codes [rows, dim]; both may be strategies or numbers."""
    as_strategy = [value if isinstance(value, st.SearchStrategy) else st.just(value) for value in (rows, dim)]
    return st.tuples(*as_strategy).flatmap(lambda shape: arrays(np.float32, shape, elements=numbers))
