"""Services at work: on a file system that can't be written to, without root, without any privilege."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from little_models import write_project

if TYPE_CHECKING:
    from pathlib import Path

    from engine import Engine

LOCKED = {"cap_drop": ["ALL"], "security_opt": ["no-new-privileges"]}


@pytest.mark.parametrize("user", ["", "4711:4711"], ids=["own-user", "any-user"])
def test_predictions_need_neither_root_nor_a_disk(engine: Engine, tmp_path: Path, language: str, user: str) -> None:
    image = engine.project_image(write_project(tmp_path, language, "sum"), language)
    stack = engine.stack(image, options=LOCKED | ({"user": user} if user else {}))
    assert stack.predict([{"a": 1, "b": 2}]) == [{"prediction": 3}]
    # no namespace can be made here: it is kept from the network all the same, and from all files but temporary ones
    assert stack.client.get("/model").json()["isolation"] == {"network": "filter", "files": "scratch", "why_open": []}
    for container in (stack.model, stack.api):
        wrapped = container.get_wrapped_container()
        code, said = wrapped.exec_run(["sh", "-c", "for d in / /opt/anops /usr; do ! touch $d/x || exit 9; done"])
        assert (code, said.count(b"Read-only file system")) == (0, 3), said.decode()
        table = wrapped.top(ps_args="-eo pid,uid,gid")
        assert {tuple(row[1:]) for row in table["Processes"]} == {tuple((user or "10001:10001").split(":"))}
