"""How a limit of time travels beside a request."""

from __future__ import annotations

import struct

import pytest
from anops_model_interface.private_stream import limit_from_metadata, limit_in_metadata, limit_of, limited


def test_a_limit_comes_back_with_its_request() -> None:
    assert limit_of(limited(b"request", 1.5)) == (1.5, b"request")


def test_a_body_without_a_limit_is_refused() -> None:
    with pytest.raises(struct.error):
        limit_of(b"short")


def test_a_limit_comes_back_from_metadata() -> None:
    assert limit_from_metadata((("user-agent", "x"), *(limit_in_metadata(1.5) or ()))) == 1.5
    assert limit_in_metadata(None) is None


@pytest.mark.parametrize("metadata", [None, (), (("anops-within", "soon"),), (("other", "1"),)])
def test_metadata_without_a_limit_has_none(metadata: tuple[tuple[str, str], ...] | None) -> None:
    assert limit_from_metadata(metadata) is None
