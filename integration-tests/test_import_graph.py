"""What imports what among our own packages: nothing in a circle, and nothing against the order of the rooms."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = {
    ".".join(path.relative_to(source).with_suffix("").parts).removesuffix(".__init__"): path
    for source in ROOT.glob("*/src")
    for path in source.rglob("*.py")
    if not path.stem.endswith(("_pb2", "_pb2_grpc"))
}
MAY_IMPORT = {
    "anops_api_service.queue": {"call_trace", "sent", "model_answer", "deadline", "identity", "queue"},
    "anops_api_service.upstream": {"call_trace", "deadline", "logs", "upstream"},
    "anops_api_service.models": {
        "model_answer",
        "bodies",
        "deadline",
        "identity",
        "logs",
        "models",
        "queue",
        "sent",
        "upstream",
    },
    "anops_api_service.bodies": {"bodies", "query_options", "sent"},
    "anops_api_service.documents": {
        *(
            "api_version",
            "model_answer",
            "answer_json",
            "bodies",
            "documents",
            "explaining",
            "forecasts",
            "models",
            "sent",
            "writers",
        ),
    },
    "anops_api_service.observing": {
        *("api_version", "call_trace", "facts", "identity", "logs", "model_answer", "models", "observing"),
    },
}
"""Rooms of the api-service, and which other parts of it they know: the queue no JSON, the models no documents."""

FLOORS = {
    "anops_model_interface": set(),
    "anops_project": {"anops_model_interface"},
    "anops_http": {"anops_model_interface"},
    "anops_series": {"anops_model_interface"},
    "anops_api_service": {"anops_model_interface", "anops_http", "anops_series"},
    "anops_worker": {"anops_model_interface", "anops_project"},
    "anops_model_service": {"anops_model_interface", "anops_project", "anops_worker"},
    "anops_model_service_r": {"anops_model_interface", "anops_project", "anops_worker"},
    "anops": set(),
    "anops_control": {"anops_model_interface", "anops_project", "anops_api_service", "anops_http"},
    "anops_training": {"anops_control"},
    "anops_experiments": set(),
    "anops_workspaces": {"anops_control"},
    "anops_features": {"anops_control", "anops_model_interface", "anops_project"},
    "anops_schedules": {"anops_control", "anops_model_interface", "anops_project"},
    "anops_monitoring": {"anops_model_interface", "anops_series"},
    "anops_tracking": {"anops", "anops_control", "anops_model_interface", "anops_project"},
    "anops_control_service": {"anops_model_interface", "anops_http", "anops_api_service", "anops_control"},
    "ao": {"anops_model_interface", "anops_http", "anops_project", "anops_control", "anops_control_service"},
}
"""Each package, and which others of ours it may import: the command line starts what loads a model, no more."""


def imported(path: Path) -> set[str]:
    """Return the modules of ours that a file imports, for types alone or not."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (inside & MODULES.keys()) or {node.module}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found & MODULES.keys()


GRAPH = {name: imported(path) - {name} for name, path in MODULES.items()}


def test_no_module_imports_itself_by_way_of_others() -> None:
    try:
        TopologicalSorter(GRAPH).prepare()
    except CycleError as error:
        pytest.fail(f"a circle of imports: {' → '.join(error.args[1])}")


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_of_the_api_service_knows_only_those_before_it(room: str) -> None:
    known = {
        f"{name} imports {other}"
        for name, others in GRAPH.items()
        if name.startswith(room)
        for other in others
        if other.startswith("anops_api_service.") and other.split(".")[1] not in MAY_IMPORT[room]
    }
    assert not known


def test_every_package_is_looked_at() -> None:
    assert {name.partition(".")[0] for name in MODULES} >= {
        "anops",
        "anops_api_service",
        "anops_control",
        "anops_model_interface",
        "anops_model_service",
        "anops_model_service_r",
        "ao",
    }


@pytest.mark.parametrize("package", FLOORS)
def test_a_package_imports_only_those_below_it(package: str) -> None:
    own = {name: seen for name, seen in GRAPH.items() if name.partition(".")[0] == package}
    assert own
    for name, seen in own.items():
        above = {other for other in seen if other.partition(".")[0] not in {package, *FLOORS[package]}}
        assert not above, f"{name} must not import {', '.join(sorted(above))}"
