from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

from anops_model_service.child_process import UNKNOWN, ChildProcess


def start(code: str) -> int:
    return os.posix_spawn(sys.executable, [sys.executable, "-c", code], os.environ)


def start_and_wait(code: str) -> int:
    pid = start(code)
    os.waitpid(pid, 0)
    return pid


def state_of(pid: int) -> str | None:
    """Return a process's state, Z for one that has ended and not been waited for; None where there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return None


async def test_the_exit_status_is_told_and_nothing_is_left() -> None:
    child = ChildProcess(start("import sys; sys.exit(3)"))
    assert await child.wait() == 3
    assert child.has_ended
    assert state_of(child.pid) is None
    child.kill()


async def test_a_killed_child_has_its_signal_for_a_status() -> None:
    child = ChildProcess(start("import time; time.sleep(60)"))
    assert not child.has_ended
    child.kill()
    assert await child.wait() == -signal.SIGKILL


async def test_a_child_that_somebody_else_waited_for_has_ended_all_the_same() -> None:
    pid = start_and_wait("pass")
    assert await ChildProcess(pid).wait() == UNKNOWN


async def test_processes_of_others_that_have_ended_are_reaped_and_ours_are_not() -> None:
    ours = ChildProcess(start("import time; time.sleep(60)"))
    stranger = start("pass")
    while state_of(stranger) != "Z":  # noqa: ASYNC110  nothing else tells
        await asyncio.sleep(0.01)
    ChildProcess.reap_strangers()
    assert state_of(stranger) is None
    assert not ours.has_ended
    ours.kill()
    await ours.wait()


def test_a_child_is_waited_for_where_the_system_has_no_descriptors_of_processes() -> None:
    program = """
import asyncio, os, sys
del os.pidfd_open
from anops_model_service.child_process import ChildProcess
async def main():
    child = ChildProcess(os.posix_spawn(sys.executable, [sys.executable, "-c", "import sys; sys.exit(4)"], os.environ))
    print(await child.wait())
asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "4"
