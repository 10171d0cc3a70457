"""Environments of containers of a Docker engine, here or where DOCKER_HOST says, as one project of `docker compose`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import yaml

from anops_control.building import containers
from anops_control.building.engine import connect, engine_faults
from anops_control.deploying.fetched_log import READ, assembled
from anops_control.deploying.providers import compose_command
from anops_control.deploying.providers.compose_document import (
    API,
    CHALLENGER,
    COPY,
    FRONT,
    MODEL,
    PORT,
    ROLE,
    document,
    grace_seconds,
    key_of,
)
from anops_control.deploying.providers.compose_sources import DIGEST, images_of
from anops_control.deploying.providers.provider import Seen
from anops_control.deploying.version_settings import told_of
from anops_control.standing.failure import StandingError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from anops_control.deploying.ir import Ir
    from anops_control.deploying.providers.provider import Doing, Home

FILE = "compose.yaml"
_LOOK_SECONDS = 0.3
_START_SECONDS = 300
_SHOWN_LINES = 8
_PROJECT = "com.docker.compose.project"
_SERVICE = "com.docker.compose.service"


def build(ir: Ir, home: Home) -> dict[str, Any]:
    """Return the document of compose, and what its images are.

    Raises:
        StandingError: An image is not there, or holds another model.
        CommandError: No engine answers.
    """
    client = connect()
    with engine_faults():
        images = images_of(client, ir)
    told = told_of(ir, home)
    return {"name": _name(ir), "copy": key_of(ir, images), "images": images,
            "document": document(ir, home.project, images, told)}  # fmt: skip


def log(ir: Ir, home: Home) -> Path:
    """Return the log of predictions, as it is now: fetched from the volume that all copies keep it in.

    Raises:
        CommandError: It can't be read.
        StandingError: No copy runs.
    """
    client = connect()
    with engine_faults():
        there = containers.containers(client, _labels(ir))
        running = [each for each in there if each["Labels"].get(ROLE) == API and each["State"] == "running"]
        if not running:
            raise StandingError(
                f"No copy of `{ir.environment}` runs whose log could be read.",
                remedy=f"Bring them up again: ao deploy apply {ir.environment}",
            )
        said = containers.said_by(client, running[0]["Id"], READ)
    return assembled([said], home.place, home.project)


def render(ir: Ir, form: Mapping[str, Any]) -> dict[str, str]:  # noqa: ARG001  as each place has it
    """Return the file of compose."""
    return {FILE: yaml.safe_dump(form["document"], sort_keys=False)}


def apply(ir: Ir, form: Mapping[str, Any], home: Home, doing: Doing) -> dict[str, Any]:
    """Start new copies beside the old ones, and end those once the new ones answer.

    Raises:
        StandingError: A copy does not answer; what was before goes on.
    """
    client, place = connect(), home.place
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    (place / FILE).write_text(render(ir, form)[FILE], encoding="utf-8")
    with engine_faults():
        there = containers.containers(client, _labels(ir))
        _require_same_port(ir, form, there)
        fresh = [each for each in there if _is_of(each, form["copy"])]
        stale = [each for each in there if each not in fresh and each["Labels"].get(ROLE) != FRONT]
        before = {each["Id"] for each in there}
        try:
            doing("starting what holds the port")
            compose_command.up(place, form["name"], FRONT)
            for number in range(1, ir.size.replicas + 1):
                _start(client, ir, form, place, number, doing)
                if ir.strategy == "rolling":
                    _stop(client, ir, _copies(stale)[:number][-1:], doing)
            _stop(client, ir, _copies(stale), doing)
        except BaseException:
            for each in stale:
                containers.start(client, each["Id"])
            for each in containers.containers(client, _labels(ir)):
                if each["Id"] not in before:
                    containers.remove(client, each["Id"])
            raise
        surplus = [each for each in fresh if each["Labels"][_SERVICE] not in form["document"]["services"]]
        _stop(client, ir, _copies(surplus), doing)
        for each in [*stale, *surplus]:
            containers.remove(client, each["Id"])
        return {"url": _url(client, ir)}


def look(ir: Ir, form: Mapping[str, Any], home: Home) -> Seen:  # noqa: ARG001  as each place has it
    """Return the copies, and what differs by hand."""
    client = connect()
    with engine_faults():
        there = containers.containers(client, _labels(ir))
        known = {each["Labels"].get(_SERVICE, each["Names"][0]): each for each in there}
        drift = []
        for service in form["document"]["services"]:
            found = known.pop(service, None)
            if found is None:
                drift.append(f"The container of `{service}` is gone.")
            elif found["State"] != "running":
                drift.append(f"The container of `{service}` is {found['State']}.")
            elif (wanted := form["images"].get(_image_of(form, service))) != found["ImageID"]:
                drift.append(f"The container of `{service}` runs {found['ImageID'][:19]}, not {(wanted or '')[:19]}.")
        drift += [f"There is an extra container, `{name}`." for name in known]
        copies = [each for each in there if each["Labels"].get(ROLE) == API]
        replicas = [
            {"name": each["Labels"][_SERVICE], "state": _state(client, each), "version": ir.model.version}
            for each in copies
        ]
        answers = any(each["state"] == "answers" for each in replicas)
        model = next((each for each in there if each["Labels"].get(ROLE) == MODEL), None)
        digest = None if model is None else model["Labels"].get(DIGEST)
        return Seen(replicas, _url(client, ir) if answers else None, digest, drift)


def logs(ir: Ir, home: Home, most: int) -> list[str]:  # noqa: ARG001  as each place has it
    """Return the last lines of each container."""
    client = connect()
    with engine_faults():
        return [
            f"[{each['Labels'].get(_SERVICE, '')}] {line}"
            for each in containers.containers(client, _labels(ir))
            for line in containers.last_lines(client, each["Id"], most)
        ]


def destroy(ir: Ir, home: Home, doing: Doing) -> None:
    """Remove all containers, once requests under way are finished, and their network."""
    client = connect()
    with engine_faults():
        there = containers.containers(client, _labels(ir))
        _stop(client, ir, _copies(there), doing)
        for each in there:
            containers.remove(client, each["Id"])
    if (home.place / FILE).is_file():
        compose_command.down(home.place, _name(ir))


def _name(ir: Ir) -> str:
    return f"anops-{ir.labels['app.kubernetes.io/name']}-{ir.environment}".lower().replace(".", "-")


def _labels(ir: Ir) -> dict[str, str]:
    return {**ir.labels, _PROJECT: _name(ir)}


def _require_same_port(ir: Ir, form: Mapping[str, Any], there: Sequence[Mapping[str, Any]]) -> None:
    wanted = form["document"]["services"][FRONT]["labels"][COPY]
    for each in there:
        if each["Labels"].get(ROLE) == FRONT and each["Labels"].get(COPY) != wanted:
            raise StandingError(
                f"The environment `{ir.environment}` can't switch to another address or port without downtime.",
                details=[f"It has {each['Labels'].get(COPY)}, and would have {wanted}."],
                remedy=f"Take it down first: ao deploy down {ir.environment}",
            )


def _is_of(container: Mapping[str, Any], copy: str) -> bool:
    return bool(container["Labels"].get(COPY) == copy)


def _copies(some: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Return containers by the copy that they are part of; of each first who takes requests."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for each in some:
        role, _, name = each["Labels"].get(_SERVICE, "").partition("-")
        if role != FRONT:
            found.setdefault(name, []).append(each)
    return [sorted(each, key=lambda one: one["Labels"][ROLE] != API) for each in found.values()]


def _start(client: Any, ir: Ir, form: Mapping[str, Any], place: Path, number: int, doing: Doing) -> None:  # noqa: ANN401  the same
    until = time.monotonic() + _START_SECONDS
    if _stands(client, ir, form, number):
        return
    for role, is_up in _ROLES:
        if role == CHALLENGER and ir.challenger is None:
            continue
        service = f"{role}-{form['copy']}-{number}"
        compose_command.up(place, form["name"], service)
        while True:
            doing(f"waiting until copy {number} answers")
            there = {each["Labels"][_SERVICE]: each for each in containers.containers(client, _labels(ir))}
            found = _running(client, ir, there.get(service), service)
            if is_up(client, found):
                break
            if time.monotonic() > until:
                raise _did_not_start(client, ir, found, f"did not answer within {_START_SECONDS} seconds")
            time.sleep(_LOOK_SECONDS)


def _stands(client: Any, ir: Ir, form: Mapping[str, Any], number: int) -> bool:  # noqa: ANN401  the same
    """Say whether a copy has been up before: its api-service listens once its model can be asked."""
    there = {each["Labels"][_SERVICE]: each for each in containers.containers(client, _labels(ir))}
    model, api = (there.get(f"{role}-{form['copy']}-{number}") for role in (MODEL, API))
    return model is not None and api is not None and model["State"] == "running" and _listens(client, api)


def _is_healthy(_: Any, container: Mapping[str, Any]) -> bool:  # noqa: ANN401  the same
    return "(healthy)" in container["Status"]


def _listens(client: Any, container: Mapping[str, Any]) -> bool:  # noqa: ANN401  the same
    return containers.listens(client, container["Id"])


_ROLES = ((MODEL, _is_healthy), (CHALLENGER, _is_healthy), (API, _listens))
"""The parts of a copy as they are started, and when each is up."""


def _running(client: Any, ir: Ir, container: Mapping[str, Any] | None, service: str) -> Mapping[str, Any]:  # noqa: ANN401  the same
    if container is None:
        raise StandingError(f"The container of `{service}` is gone.")
    known = containers.inspected(client, container["Id"])
    if known is None or known["RestartCount"] or not known["State"]["Running"]:
        raise _did_not_start(client, ir, container, "ended")
    return container


def _did_not_start(client: Any, ir: Ir, container: Mapping[str, Any], what: str) -> StandingError:  # noqa: ANN401  the same
    return StandingError(
        f"The version does not start in `{ir.environment}`: the container of `{container['Labels'][_SERVICE]}` {what}.",
        details=containers.last_lines(client, container["Id"], _SHOWN_LINES),
    )


def _stop(client: Any, ir: Ir, copies: Sequence[Sequence[Mapping[str, Any]]], doing: Doing) -> None:  # noqa: ANN401  the same
    for copy in copies:
        for each in copy:
            doing("waiting until requests under way are finished")
            containers.stop(client, each["Id"], grace_seconds(ir))


def _state(client: Any, container: Mapping[str, Any]) -> str:  # noqa: ANN401  the same
    if container["State"] != "running":
        return str(container["State"])
    if "starting" in container["Status"]:  # the engine asks for its health only every few seconds
        return "answers" if _listens(client, container) else "starting"
    return "answers" if "(healthy)" in container["Status"] else "does not answer"


def _image_of(form: Mapping[str, Any], service: str) -> str:
    return str(form["document"]["services"][service]["image"])


def _url(client: Any, ir: Ir) -> str | None:  # noqa: ANN401  the same
    for each in containers.containers(client, _labels(ir)):
        if each["Labels"].get(ROLE) == FRONT:
            for port in each["Ports"]:
                if port.get("PrivatePort") == PORT and port.get("PublicPort"):
                    return f"http://{ir.door.host.replace('0.0.0.0', '127.0.0.1')}:{port['PublicPort']}"  # noqa: S104  read
    return None
