"""What the supervisor does without, so that it starts quickly and takes little memory beside the workers."""

from __future__ import annotations

import subprocess
import sys

_SEEN = (
    "import sys; import anops_model_service.settings, anops_model_service.service; "
    "print(*sorted({'numpy', 'pandas', 'multiprocessing'} & set(sys.modules)))"
)


def test_the_supervisor_starts_without_the_libraries_of_data() -> None:
    ended = subprocess.run([sys.executable, "-c", _SEEN], capture_output=True, text=True, check=True)

    assert ended.stdout.split() == []
