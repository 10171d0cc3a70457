"""The image of the command ao builds a project with the engine whose socket it is given, as a pipeline does."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from building import nothing_left, write_line_project
from engine import PRODUCTS

if TYPE_CHECKING:
    from engine import Engine

NAME = "ao-test-pipeline"
COMMIT = ("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "first")


def test_a_project_of_another_user_is_built_and_named_after_its_revision(
    engine: Engine, tmp_path: Path, root: Path
) -> None:
    socket = Path(os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock").removeprefix("unix://"))
    project = write_line_project(tmp_path / "line", root / "examples/iris-species/Dockerfile", name=NAME)
    for command in (["init", "-q"], ["add", "."], COMMIT):
        subprocess.run(["git", "-C", project, *command], check=True)
    revision = subprocess.run(
        ["git", "-C", project, "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    with nothing_left(NAME):
        code, said = engine.output(
            PRODUCTS[-1],
            *("ao", "build"),
            volumes={str(socket): "/var/run/docker.sock", str(project): "/project"},
            group_add=[str(socket.stat().st_gid)],
        )
    assert code == 0, said
    assert f"{NAME}:{revision}\n" in said
    assert "✔ All tests pass." in said
