"""Requests of verbs as they come over HTTP: about one project, whose folder and files alone they may name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control_service.problems import RefusedError
from anops_control_service.projects import file_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from anops_control.verbs.verb import Verb

GIVEN = frozenset({"folder", "here", "called"})
"""Keys that the service fills in itself."""


def schema_of(verb: Verb[Any, Any]) -> dict[str, Any]:
    """Return the JSON Schema of what a client may say to a verb."""
    schema = dict(verb.request_schema())
    schema["properties"] = {key: told for key, told in schema["properties"].items() if key not in GIVEN}
    required = [key for key in schema.get("required", ()) if key not in GIVEN | {"output"}]
    schema.pop("required", None)
    return schema | ({"required": required} if required else {})


def completed(verb: Verb[Any, Any], told: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return a request with its project's folder, and with files by their absolute paths.

    Raises:
        RefusedError: A file lies outside the project, or a key is said by the path.
        CommandError: A key is unknown, lacks, or has a value of another kind.
    """
    known = verb.request_schema()["properties"]
    files = {key for key, spec in known.items() if _is_path(spec)} - GIVEN
    if given := sorted(GIVEN & told.keys()):
        raise RefusedError(
            f"A request can't say `{given[0]}`: the project in the path says it.",
            code=Code.USAGE,
            remedy=f"Leave `{given[0]}` out.",
        )
    request = {
        key: str(file_in(folder, value)) if key in files and isinstance(value, str) else value
        for key, value in told.items()
    }
    request |= {key: str(folder) for key in ("folder", "here") if key in known}
    if "output" in known and "output" in verb.request_schema().get("required", ()):
        request.setdefault("output", str(folder))
    verb.read(request)
    return request


def _is_path(spec: Mapping[str, Any]) -> bool:
    return any(each.get("format") == "path" for each in (spec, *spec.get("anyOf", ())))
