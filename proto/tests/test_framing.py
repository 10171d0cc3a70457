"""Messages on a stream of bytes."""

from __future__ import annotations

import struct

import pytest
from anops_model_interface.framing import Splitter, TooLongError
from anops_model_interface.private_stream import GREETING_BYTES, Announcement
from hypothesis import given
from hypothesis import strategies as st

A = "a" * 32
HEADER = struct.Struct("<BQ")


@given(st.lists(st.binary(max_size=40), max_size=8), st.lists(st.integers(1, 60)))
def test_messages_come_out_whole_however_their_bytes_are_cut(bodies: list[bytes], cuts: list[int]) -> None:
    data = b"".join(HEADER.pack(7, len(body)) + body for body in bodies)
    splitter = Splitter(HEADER, most_bytes=100)
    came: list[bytes] = []
    for size in [*cuts, max(1, len(data))]:
        part, data = data[:size], data[size:]
        for (kind, length), body in splitter.feed(part):
            assert (kind, length) == (7, len(body))
            came.append(body)
    assert came == bodies


def test_a_length_beyond_all_messages_is_refused_before_it_is_waited_for() -> None:
    splitter = Splitter(HEADER, most_bytes=100)
    with pytest.raises(TooLongError, match="101 bytes"):
        splitter.feed(HEADER.pack(7, 101))


def test_an_announcement_is_read_as_it_was_written() -> None:
    announcement = Announcement(43121, "0123456789abcdef0123456789abcdef")
    assert Announcement.from_text(announcement.to_text()) == announcement
    assert len(announcement.greeting) == GREETING_BYTES


@pytest.mark.parametrize("text", ["", "true", "43121", f"0/{A}", f"70000/{A}", "1/short", "1/" + "ä" * 32])
def test_what_is_no_announcement_is_none(text: str) -> None:
    assert Announcement.from_text(text) is None
