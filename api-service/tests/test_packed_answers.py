"""Answers go compressed to those who take them so, and are the same."""

from __future__ import annotations

import gzip
import sys
import zlib
from typing import TYPE_CHECKING, Any

import pytest

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    import httpx

ROW = {"wt": 2.5, "hp": 110, "cyl": 6, "Gear Type": "auto"}
UNPACKED = {"gzip": gzip.decompress, "zstd": zstd.decompress, "deflate": zlib.decompress}


def ask(
    http: httpx.Client, accepted: str, rows: int = 300, accept: str = "application/json", path: str = "/predict"
) -> Any:
    """Ask, and return the answer as it came over the wire."""
    sent = {"data": [ROW] * rows} if path == "/predict" else {"dataframe_records": [ROW] * rows}
    headers = {"accept": accept, "accept-encoding": accepted}
    with http.stream("POST", path, json=sent, headers=headers) as answer:
        answer.wire = b"".join(answer.iter_raw())  # type: ignore[attr-defined]
    assert answer.status_code == 200
    return answer


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip", "gzip"),
        ("zstd", "zstd"),
        ("deflate", "deflate"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=0.9, zstd;q=0.1", "gzip"),
        ("*", "zstd"),
        ("", ""),
        ("br", ""),
        ("identity", ""),
        ("gzip;q=0", ""),
        ("identity, gzip;q=0.5", ""),
    ],
)
def test_an_answer_is_compressed_as_the_client_takes_it(http: httpx.Client, accepted: str, encoding: str) -> None:
    plain, answer = ask(http, "identity", accept="text/csv"), ask(http, accepted, accept="text/csv")
    assert answer.headers.get("content-encoding", "") == encoding
    assert int(answer.headers["content-length"]) == len(answer.wire)
    if not encoding:
        assert answer.wire == plain.wire
        return
    assert UNPACKED[encoding](answer.wire) == plain.wire
    assert len(answer.wire) < len(plain.wire) / 3
    assert "Accept-Encoding" in answer.headers["vary"]


@pytest.mark.parametrize("kind", ["application/json", "text/csv", "application/vnd.apache.arrow.stream"])
@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_a_large_answer_is_compressed_bit_by_bit(http: httpx.Client, kind: str, encoding: str) -> None:
    plain, answer = ask(http, "identity", 30_000, kind), ask(http, encoding, 30_000, kind)
    assert answer.headers["content-encoding"] == encoding
    assert len(answer.wire) < len(plain.wire) / 3
    unpacked = UNPACKED[encoding](answer.wire)
    assert len(unpacked) == len(plain.wire)


def test_a_small_answer_stays_as_it_is(http: httpx.Client) -> None:
    assert "content-encoding" not in ask(http, "gzip, zstd", rows=1).headers


def test_invocations_are_compressed_too(http: httpx.Client) -> None:
    answer = ask(http, "gzip", 1000, path="/invocations")
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(answer.wire).startswith(b'{"predictions":[')
