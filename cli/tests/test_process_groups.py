"""Child processes end with all they started, however `ao` ends."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest
from anops_control.output_lines import LONGEST_LINE, lines_of
from anops_control.process_groups import ProcessGroup

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


async def first_line(group: ProcessGroup) -> str:
    assert group.process.stdout is not None
    return await anext(lines_of(group.process.stdout))


def test_close_ends_grandchildren_too(tmp_path: Path, wait_until_gone: Callable[[int], None]) -> None:
    async def run() -> int:
        group = await ProcessGroup.start(["/bin/sh", "-c", "sleep 60 & echo $!; wait"], cwd=tmp_path)
        pid = int(await first_line(group))
        await group.close(signal.SIGINT, signal.SIGTERM, grace_seconds=0.3)
        return pid

    wait_until_gone(asyncio.run(run()))


def test_close_kills_what_does_not_obey(tmp_path: Path) -> None:
    async def run() -> int:
        command = ["/bin/sh", "-c", "trap '' INT TERM; echo up; while :; do sleep 0.1; done"]
        group = await ProcessGroup.start(command, cwd=tmp_path)
        await first_line(group)
        await group.close(signal.SIGTERM, grace_seconds=0.2)
        return await group.wait()

    assert asyncio.run(run()) == -signal.SIGKILL


def test_group_ends_when_its_parent_is_killed(tmp_path: Path, wait_until_gone: Callable[[int], None]) -> None:
    parent = textwrap.dedent("""
        import asyncio, pathlib
        from anops_control.process_groups import ProcessGroup
        async def main():
            group = await ProcessGroup.start(["/bin/sh", "-c", "echo $$; exec sleep 60"], cwd=pathlib.Path("."))
            print(group.process.pid, flush=True)
            await asyncio.sleep(60)
        asyncio.run(main())
    """)
    with subprocess.Popen([sys.executable, "-c", parent], cwd=tmp_path, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        os.kill(pid, 0)  # it runs
        os.kill(process.pid, signal.SIGKILL)

    wait_until_gone(pid)


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        (b"one\ntwo", ["one", "two"]),
        (b"one\r\ntwo\n", ["one", "two"]),
        (b"10%\r50%\r100%\ndone\n", ["100%", "done"]),
        ("Größe\n".encode(), ["Größe"]),
        (b"\xff\n", ["\N{REPLACEMENT CHARACTER}"]),
        (b"x" * 200_000 + b"\nend", ["x" * 200_000, "end"]),
        (b"", []),
        (b"\r".join(b"%d%%" % i for i in range(100_000)), ["99999%"]),
        (b"x" * (LONGEST_LINE + 65536) + b"\nend", ["x" * LONGEST_LINE, "x" * 65536, "end"]),
    ],
)
def test_output_comes_as_lines_of_any_length(written: bytes, lines: list[str]) -> None:
    async def read() -> list[str]:
        stream = asyncio.StreamReader()
        stream.feed_data(written)
        stream.feed_eof()
        return [line async for line in lines_of(stream)]

    assert asyncio.run(read()) == lines
