from __future__ import annotations

import subprocess
import sys

_LEAVES = """
import subprocess, sys, time
from pathlib import Path
from anops_control.left_alone import leave_alone
short, long = (subprocess.Popen([sys.executable, "-c", f"import time; time.sleep({each})"]) for each in (0, 3))
leave_alone(short)
leave_alone(long)
while Path(f"/proc/{short.pid}").exists():
    time.sleep(0.05)
"""


def test_what_ended_is_gone_and_what_goes_on_is_not_warned_of() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _LEAVES], check=False, stderr=subprocess.PIPE, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
