"""Bodies that are no bodies: none ends in anything but rows or a refusal.

A few hundred at every change, spoiled ones of good bodies; a hundred thousand, made to reach new places of each reader,
outside of that.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fuzzed_readers import READERS, read, seeds
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

ENDS = [b"", b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\xff\xff\xff\x7f", b'"', b"\n", b"\r", b",", b"\xef\xbb\xbf"]
RUNS = 100_000
SEEDS = {reader: seeds(reader) for reader in READERS}
EDITS = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 8), st.one_of(st.binary(max_size=8), st.sampled_from(ENDS))), max_size=4
)
"""Where a body is cut, what is left out there, and what is put in."""


@pytest.mark.parametrize("reader", ["csv", "arrow", "json"])
@settings(max_examples=300, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_spoiled_body_breaks_a_reader(reader: str, data: st.DataObject) -> None:
    body = data.draw(st.sampled_from(SEEDS[reader]))
    for share, out, put in data.draw(EDITS):
        place = int(share * len(body))
        body = body[:place] + put + body[place + out :]
    read(reader, body)


@pytest.mark.parametrize("reader", ["csv", "arrow", "json"])
def test_what_is_spoiled_was_good_before(reader: str) -> None:
    assert [read(reader, body) for body in SEEDS[reader]] == [True] * len(SEEDS[reader])


@pytest.fixture(scope="module")
def fuzzer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with atheris, which has no place among what all tests need."""
    folder = tmp_path_factory.mktemp("atheris")
    subprocess.run(
        ["uv", "pip", "install", "--quiet", "--python", sys.executable, "--target", str(folder), "atheris>=3"],
        check=True,
        timeout=300,
    )
    return folder


@pytest.mark.long
@pytest.mark.parametrize("reader", ["csv", "arrow", "json"])
def test_no_body_breaks_a_reader(reader: str, fuzzer: Path, tmp_path: Path) -> None:
    limits = (f"-runs={RUNS}", "-timeout=10", "-rss_limit_mb=2048")
    ended = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("fuzz_readers.py")), reader, *limits, str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(fuzzer)},
    )
    assert ended.returncode == 0, ended.stderr[-4000:]
    done = re.search(r"Done (\d+) runs", ended.stderr)
    assert done is not None
    assert int(done[1]) >= RUNS
