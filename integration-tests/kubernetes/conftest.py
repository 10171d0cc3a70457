"""One control plane for all; where it was not built, there is nothing to test against."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from control_plane import ControlPlane, Node, control_plane

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAMS = "ANOPS_KUBERNETES_PROGRAMS"


@pytest.fixture(scope="session")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    programs = os.environ.get(PROGRAMS)
    if programs is None:
        pytest.skip("no API server was built: `nox -s kubernetes` builds one, and runs these tests")
    with control_plane(Path(programs), tmp_path_factory.mktemp("plane")) as plane:
        yield plane


@pytest.fixture
def node(plane: ControlPlane) -> Iterator[Node]:
    with Node(plane) as node:
        yield node


@pytest.fixture(autouse=True)
def kubeconfig(plane: ControlPlane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(plane.kubeconfig))
