"""Which services of a project run on this computer: `ao serve` leaves word, other commands find it.

Each `ao serve` has a file of its own in the project's `.ao` folder. A file that a killed one left behind is noticed by
its process, one that came with a copy of the project by its folder.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from anops_control.tasks.state import own_folder

if TYPE_CHECKING:
    from pathlib import Path

_FOLDER = "serving"


@dataclass(frozen=True, slots=True)
class Running:
    """A service that runs.

    Attributes:
        url: Where.
        process: The process ID of its `ao serve`.
        folder: Device and inode of the project's folder: a folder that is moved keeps them, a copy has others.
        key: What opens it for whoever may read the word; None where it needs no key.
        certificate: The file of its certificate; None without TLS.
    """

    url: str
    process: int
    folder: str
    key: str | None = None
    certificate: str | None = None


def leave_word(project: Path, url: str, key: str | None = None, certificate: Path | None = None) -> Path | None:
    """Say that a project is served by this process.

    Args:
        project: The project's folder.
        url: Where it is served.
        key: What opens it, where it needs a key: the word is then for this user's eyes alone.
        certificate: The file of its certificate, where it has one.

    Returns:
        What to remove in the end; None where nothing can be written there.
    """
    try:
        home = own_folder(project) / _FOLDER
        home.mkdir(exist_ok=True)
        file = home / f"{os.getpid()}.json"
        file.unlink(missing_ok=True)
        word = json.dumps(
            asdict(Running(url, os.getpid(), _mark(project), key, None if certificate is None else str(certificate)))
        )
        with open(file, "x", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as new:
            new.write(word)
    except OSError:
        return None
    return file


def running(project: Path) -> list[Running]:
    """Return the services of a project that run here, the one that was started last first.

    What was left behind by a service that is gone is removed.

    Args:
        project: The project's folder.
    """
    found = []
    with suppress(OSError):
        for file in sorted((project / ".ao" / _FOLDER).glob("*.json"), key=_written, reverse=True):
            known = _read(file)
            if known is not None and known.folder == _mark(project) and _is_alive(known.process):
                found.append(known)
            else:
                with suppress(OSError):
                    file.unlink()
    return found


def _written(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0


def _read(file: Path) -> Running | None:
    try:
        return Running(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _mark(project: Path) -> str:
    state = project.stat()
    return f"{state.st_dev}:{state.st_ino}"


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # another user's
    return True
