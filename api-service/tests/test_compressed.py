"""Bodies that come compressed."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import tracemalloc
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from anops_api_service.bodies.compressed import unpacked
from anops_model_interface.errors import AnOpsError
from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

ROW = {"wt": 2.5, "hp": 110, "cyl": 6, "Gear Type": "auto"}
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "GZIP": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "zstd": zstd.compress,
}


def bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def through(encoding: str, *parts: bytes) -> bytes:
    """Unpack a body that comes in parts."""
    messages = [{"type": "http.request", "body": part, "more_body": i < len(parts) - 1} for i, part in enumerate(parts)]

    async def receive() -> Any:
        return messages.pop(0)

    async def all_of_it() -> bytes:
        channel, found = unpacked(receive, encoding), b""
        while True:
            message = await channel()
            found += message["body"]
            if not message["more_body"]:
                return found

    return asyncio.run(all_of_it())


@pytest.mark.parametrize("encoding", PACKERS)
def test_predictions_are_answered_to_packed_json_and_csv(http: httpx.Client, encoding: str) -> None:
    pack = PACKERS[encoding]
    for content, kind in (
        (json.dumps({"data": [ROW]}).encode(), "application/json"),
        (b"wt,hp,cyl,Gear Type\n2.5,110,6,auto\n", "text/csv"),
    ):
        headers = {"content-encoding": encoding, "content-type": kind}
        answer = http.post("/predict", content=pack(content), headers=headers)
        assert answer.json()["predictions"] == [{"prediction": 118.5}], answer.text


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "zstd"])
@pytest.mark.parametrize("size", [0, 1, 70_000, 700_000])
def test_what_was_packed_comes_out_however_it_is_cut(encoding: str, size: int) -> None:
    data = os.urandom(size // 2) + bytes(size - size // 2)
    packed = PACKERS[encoding](data)
    step = max(1, len(packed) // 7)
    assert through(encoding, *(packed[i : i + step] for i in range(0, len(packed), step)), b"") == data
    assert through(encoding, packed) == data


def test_streams_may_follow_each_other_and_deflate_may_be_bare() -> None:
    assert through("gzip", gzip.compress(b"ab") + gzip.compress(b"cd")) == b"abcd"
    assert through("zstd", zstd.compress(b"ab") + zstd.compress(b"cd")) == b"abcd"
    assert through("deflate", bare_deflate(b"abcd" * 100)) == b"abcd" * 100


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "zstd"])
def test_what_is_damaged_or_cut_off_is_refused(http: httpx.Client, encoding: str) -> None:
    packed = PACKERS[encoding](json.dumps({"data": [ROW] * 50}).encode())
    for content in (packed[:-6], b"\x01\x02" + packed, b"no such thing"):
        answer = http.post("/predict", content=content, headers={"content-encoding": encoding})
        assert (answer.status_code, answer.json()["code"]) == (400, "BODY_SYNTAX"), answer.text
        assert f"Content-Encoding: {encoding}" in answer.json()["detail"]


def test_another_encoding_is_refused_with_those_there_are(http: httpx.Client) -> None:
    problem = http.post("/predict", content=b"x", headers={"content-encoding": "br"}).json()
    assert (problem["code"], "gzip, zstd or deflate" in problem["remedy"]) == ("MEDIA_TYPE", True)


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_however_small_a_body_was_made_only_bits_of_it_are_in_memory(encoding: str) -> None:
    size = 100_000_000
    packed = PACKERS[encoding](bytes(size))
    message = {"type": "http.request", "body": packed, "more_body": False}

    async def receive() -> Any:
        return message

    async def counted() -> int:
        channel, found = unpacked(receive, encoding), 0
        while True:
            part = await channel()
            found += len(part["body"])
            if not part["more_body"]:
                return found

    tracemalloc.start()
    try:
        assert asyncio.run(counted()) == size
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_a_stream_that_wants_too_much_memory_is_refused() -> None:
    options = {zstd.CompressionParameter.window_log: 30, zstd.CompressionParameter.content_size_flag: 0}
    packer = zstd.ZstdCompressor(options=options)
    packed = packer.compress(bytes(1000), mode=zstd.ZstdCompressor.FLUSH_BLOCK) + packer.flush()
    with pytest.raises(AnOpsError, match="Content-Encoding: zstd"):
        through("zstd", packed)
