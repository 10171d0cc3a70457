"""A person who keeps data."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.events import Events
from anops_control.verbs.data import add, diff, pull, push, remove, show
from anops_control.verbs.data import list as listing

if TYPE_CHECKING:
    from anops_control.datasets.port import Stored

SALES = """\
id,region,x,flag,day,when,note,zip
1,north,1.5,TRUE,2026-01-01,2026-01-01 10:00:00,"NA",007
2,south,NA,FALSE,2026-01-02,2026-01-02 11:00:00,"",012
3,north,-3,NA,NA,NA,NA,
"""


class Desk:
    """A folder with a board, and the verbs as a person uses them."""

    def __init__(self, folder: Path, board: str | None = None) -> None:
        self.folder, self.board = folder, board
        self.events = Events()

    def file(self, name: str, content: str | bytes = SALES) -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def add(self, file: Path, **said: Any) -> add.DataAddResult:
        return add.run(
            add.DataAddRequest(**{"folder": self.folder, "board": self.board, "file": file, **said}), self.events
        )

    def query(self, **said: Any) -> add.DataAddResult:
        return add.run(add.DataAddRequest(folder=self.folder, board=self.board, **said), self.events)

    def list(self, **said: Any) -> listing.DataListResult:
        return listing.run(listing.DataListRequest(**{"folder": self.folder, "board": self.board, **said}), self.events)

    def show(self, name: str, version: str | None = None, **said: Any) -> show.DataShowResult:
        request = {"folder": self.folder, "board": self.board, "name": name, "version": version, **said}
        return show.run(show.DataShowRequest(**request), self.events)

    def pull(self, name: str, output: str, **said: Any) -> Path:
        request = {"folder": self.folder, "board": self.board, "name": name, "output": self.folder / output, **said}
        return pull.run(pull.DataPullRequest(**request), self.events).output

    def push(self, name: str, to: str, **said: Any) -> push.DataPushResult:
        request = push.DataPushRequest(folder=self.folder, board=self.board, name=name, to=to, **said)
        return push.run(request, self.events)

    def diff(self, name: str, **said: Any) -> diff.DataDiffResult:
        return diff.run(diff.DataDiffRequest(folder=self.folder, board=self.board, name=name, **said), self.events)

    def remove(self, name: str, **said: Any) -> remove.DataRemoveResult:
        request = {"folder": self.folder, "board": self.board, "name": name, "yes": True, **said}
        return remove.run(remove.DataRemoveRequest(**request), self.events)

    def path_of(self, stored: Stored) -> Path:
        return self.folder / ".anops/data" / stored.name / stored.version / stored.file


def in_r(desk: Desk, library: Path, code: str) -> Any:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    program = f"library(anops); cat(jsonlite::toJSON({{{code}}}, digits = NA, auto_unbox = TRUE, na = 'null'))"
    done = subprocess.run(
        ["Rscript", "-e", program],
        cwd=desk.folder,
        env={**os.environ, "PATH": path, "R_LIBS": str(library)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
