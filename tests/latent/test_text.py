"""Codes as people write them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vae_studio.errors import UsageError
from vae_studio.latent.text import format_code, parse_code

finite = st.floats(width=32, allow_nan=False, allow_infinity=False)


@given(st.integers(1, 6).flatmap(lambda dim: arrays(np.float32, dim, elements=finite)))
def test_written_codes_read_back_exactly(z):
    assert np.array_equal(parse_code(format_code(z), len(z)), z)


def test_spaces_and_brackets_do_not_matter():
    assert parse_code(" ( 0.5 , -1e-1,2) ", 3).tolist() == pytest.approx([0.5, -0.1, 2])
    assert format_code(np.array([1, -0.5], np.float32)) == "1,-0.5"


@pytest.mark.parametrize(
    ("text", "said"),
    [("1,2,3", "has 2 numbers"), ("1", "has 2 numbers"), ("", "has 2 numbers"), ("1,x", "'x'"), ("1,", "''"),
     ("nan,1", "finite"), ("1,-inf", "finite"), ("1e39,0", "finite")],
)  # fmt: skip
def test_other_texts_are_refused(text, said):
    with pytest.raises(UsageError, match=said):
        parse_code(text, 2)


@given(st.text(max_size=12), st.integers(1, 3))
def test_any_text_is_read_or_refused(text, dim):
    try:
        assert np.isfinite(parse_code(text, dim)).all()
    except UsageError as error:
        assert str(error).endswith(".")
