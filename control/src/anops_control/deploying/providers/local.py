"""Environments of processes of this computer: copies of the service, which a keeper replaces on one port."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import httpx

from anops_control.deploying.alike import require_alike
from anops_control.deploying.finding import files_of
from anops_control.deploying.providers.provider import Seen
from anops_control.predicting.client import with_key
from anops_control.serving.running import running
from anops_control.standing import keeping
from anops_control.standing.differences import told_apart
from anops_control.standing.failure import StandingError
from anops_control.standing.kept import write_whole
from anops_control.tracking.opening import FOLDER, PREDICTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from anops_control.deploying.ir import Ir
    from anops_control.deploying.providers.provider import Doing, Home

_LOOK_SECONDS = 0.1
_ASK_SECONDS = 10.0
_AWAITED = "waiting until the new version answers"


def build(ir: Ir, home: Home) -> dict[str, Any]:
    """Return what each copy is started as.

    Raises:
        CommandError: The files of a version are gone, or the two versions take or give other columns.
    """
    project = files_of(home.project, ir.model.name, ir.model.number)
    beside = None
    if ir.challenger is not None:
        other = ir.challenger.model
        folder = files_of(home.project, other.name, other.number)
        require_alike(project, folder)
        beside = {"project": str(folder), "version": other.version, "digest": other.digest,
                  "share": ir.challenger.share, "shadow": ir.challenger.shadow,
                  "header": ir.challenger.header}  # fmt: skip
    keys = None if ir.door.keys is None else str(home.project / ir.door.keys)
    return {
        "project": str(project), "challenger": beside, "home": str(home.project),
        "registered": f"{ir.model.name}/{ir.model.number}", "version": ir.model.version, "digest": ir.model.digest,
        "replicas": ir.size.replicas, "workers": ir.size.workers, "host": ir.door.host, "port": ir.door.port,
        "hosts": ir.door.hosts, "keys": keys, "allow_anyone": ir.door.allow_anyone, "strategy": ir.strategy,
        "drain_seconds": ir.drain_seconds, "prediction_log": str(home.project / FOLDER / PREDICTIONS),
    }  # fmt: skip


def apply(ir: Ir, form: Mapping[str, Any], home: Home, doing: Doing) -> dict[str, Any]:
    """Start the copies, or have their keeper replace them.

    Raises:
        StandingError: They do not start; what was before goes on.
    """
    place = home.place
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    if keeping.is_kept(place):
        before = _read(place / keeping.FORM)
        asked = {**form, "serial": before.get("serial", 0) + 1}
        write_whole(place / keeping.FORM, json.dumps(asked))
        ready = _awaited(place, asked["serial"], doing)
    else:
        what = f"The environment `{ir.environment}`"
        ready = keeping.start(
            place, "anops_control.deploying.keeper", {**form, "serial": 1}, doing, what=what, awaited=_AWAITED
        )
        before = {}
    if failure := ready["failure"]:
        if before:
            write_whole(place / keeping.FORM, json.dumps({**before, "serial": asked["serial"] + 1}))
            _awaited(place, asked["serial"] + 1, doing)
        raise StandingError(
            f"The version does not start in `{ir.environment}`: {failure['message']}",
            details=[*failure["details"], *(["The previous version keeps answering."] if before else [])],
            remedy=failure["remedy"],
        )
    return {"url": ready["url"]}


def look(ir: Ir, form: Mapping[str, Any], home: Home) -> Seen:
    """Return the copies, and what differs by hand."""
    if not keeping.is_kept(home.place):
        return Seen(drift=["None of its processes runs any more."])
    now, ready = _read(home.place / keeping.FORM), _read(home.place / keeping.READY)
    drift = [] if now else [f"{keeping.FORM}, which its processes follow, was altered by hand and can't be read."]
    drift += [
        f"`{key}` is {here}, and was brought up as {was}."
        for key, was, here in told_apart(form, now)
        if now and key != "serial"
    ]
    if (there := len(ready.get("replicas", ()))) != ir.size.replicas:
        drift.append(f"{there} copies answer, and {ir.size.replicas} were brought up.")
    url = ready.get("url")
    digest = None if url is None else _digest_at(url, home.project)
    if digest is None:
        drift.append(f"Nothing answers at {url}.")
    elif digest != ir.model.digest:
        drift.append(f"The model that answers is {digest}, and {ir.model.digest} was brought up.")
    return Seen(ready.get("replicas", ()), url if digest is not None else None, digest, drift)


def logs(ir: Ir, home: Home, most: int) -> list[str]:  # noqa: ARG001  as each place has it
    """Return the last lines of all services."""
    return keeping.last_lines(home.place, most)


def destroy(ir: Ir, home: Home, doing: Doing) -> None:
    """End all of the processes, which finish their requests first."""
    awaited = "waiting until requests under way are finished"
    keeping.end(home.place, doing, awaited=awaited, seconds=2 * ir.drain_seconds + 20)


def _awaited(place: Path, serial: int, doing: Doing) -> dict[str, Any]:
    while True:
        ready = _read(place / keeping.READY)
        if ready.get("serial") == serial:
            return ready
        if not keeping.is_kept(place):
            raise StandingError("Its processes have ended meanwhile.", details=keeping.last_lines(place))
        doing(_AWAITED)
        time.sleep(_LOOK_SECONDS)


def _digest_at(url: str, project: Path) -> str | None:
    key = next((each.key for each in running(project) if each.url == url), None)
    with suppress(httpx.HTTPError, ValueError), httpx.Client(trust_env=False, timeout=_ASK_SECONDS) as client:
        answer = client.get(f"{url}/model", headers=with_key(key))
        if answer.is_success:
            return str(answer.json().get("digest"))
    return None


def _read(file: Path) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return told


def render(ir: Ir, form: Mapping[str, Any]) -> dict[str, str]:
    """Return what the keeper of the copies is given, by the name of its file."""
    return {f"{ir.environment}.json": json.dumps(form, indent=1) + "\n"}
