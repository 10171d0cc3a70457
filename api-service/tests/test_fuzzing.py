"""A hundred thousand bodies, made to reach new places of each reader: none ends in anything but rows or a refusal."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long
RUNS = 100_000


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
