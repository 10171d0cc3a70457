"""The gates of an environment: what a version must show where it runs, before it comes into the next environment.

Each gate returns evidence as plain data: its `name`, whether it `passed`, a sentence, and what it rests on.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
from anops_model_interface.errors import AnOpsError
from anops_project.reference import REFERENCE

from anops_control.deploying.finding import files_of
from anops_control.errors import CommandError, ConfigurationError
from anops_control.predicting.client import with_key
from anops_control.rules.comparison import differences
from anops_control.serving.running import running
from anops_control.verbs import bench
from anops_control.verbs import run as tasks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from anops_project.sections.deployment import DeploymentSection

    from anops_control.events import Events

Evidence = dict[str, Any]
_ASK_SECONDS = 60.0
_MOST_SHOWN = 5
_TOLERANCE = 1e-8


def passed_by(
    folder: Path, section: DeploymentSection, url: str, model: dict[str, Any], events: Events
) -> list[Evidence]:
    """Ask all gates of an environment, also where one is not passed.

    Args:
        folder: The project's folder.
        section: The environment that the version is to come into.
        url: Where it runs by now.
        model: The version: its `name` and `number`.
        events: Are told what is being done.
    """
    key = next((each.key for each in running(folder) if each.url == url), None)
    gates: list[tuple[str, Callable[[], Evidence]]] = [
        ("reference", lambda: _reference(folder, url, key, model)),
        *((f"task {name}", lambda name=name: _task(folder, name, url, events)) for name in section.tests),
    ]  # fmt: skip
    if section.load_callers is not None:
        gates.append(("load", lambda: _load(folder, section, url, key, events)))
    found = []
    for name, gate in gates:
        events.step(f"Gate: {name}")
        try:
            told = gate()
        except (CommandError, ConfigurationError, AnOpsError, httpx.HTTPError) as error:
            details = list(error.details) if isinstance(error, CommandError) else []
            told = {"passed": False, "says": " ".join([str(error), *details[:_MOST_SHOWN]])}
        found.append({"gate": name, **told})
    return found


def asked_by(section: DeploymentSection) -> list[str]:
    """Return what a version must show before it comes into an environment, a few words each; see also `approvers`."""
    if "@" not in section.model:
        return []  # it names no alias that a promotion could move
    asked = ["reference rows", *(f"task {name}" for name in section.tests)]
    if section.load_callers is not None:
        within = "" if section.max_p99_ms is None else f", 99 % within {section.max_p99_ms:g} ms"
        asked.append(
            f"load of {section.load_callers} callers for {section.load_seconds:g} s{within}, "
            f"at most {section.max_load_errors:.2%} failed"
        )
    return [*asked, "statistics"]


def reasons(evidence: list[Evidence]) -> list[str]:
    """Return a sentence for each gate that is not passed."""
    return [f"{each['gate']}: {each['says']}" for each in evidence if not each["passed"]]


def _reference(folder: Path, url: str, key: str | None, model: dict[str, Any]) -> Evidence:
    """Check that the service answers the reference rows as the version's project expects."""
    file = files_of(folder, model["name"], model["number"]) / REFERENCE
    if not file.is_file():
        return {"passed": True, "says": f"the version has no {REFERENCE}, so nothing was compared", "rows": 0}
    written = json.loads(file.read_text(encoding="utf-8"))
    body: dict[str, Any] = {"data": written["rows"]["columns"]}
    if written.get("options"):
        body["options"] = written["options"]
    with httpx.Client(trust_env=False, timeout=_ASK_SECONDS) as client:
        answer = client.post(f"{url}/predict", json=body, headers=with_key(key))
    if not answer.is_success:
        return {"passed": False, "says": f"the service answered {answer.status_code}: {answer.text[:300]}", "rows": 0}
    records = answer.json()["predictions"]
    expected = written["predictions"]["columns"]
    received = {name: [record.get(name) for record in records] for name in (records[0] if records else expected)}
    if written.get("by_chance") is True:
        same = expected.keys() == received.keys()
        return {"passed": same, "says": "they are drawn at random: only columns are compared", "rows": len(records)}
    missing = sorted(expected.keys() - received.keys())
    found = [each.words() for each in differences(expected, received, _TOLERANCE)]
    told = [f"column `{name}` is not answered" for name in missing] + found
    says = f"{len(records)} rows are answered as expected" if not told else "; ".join(told[:_MOST_SHOWN])
    return {"passed": not told, "says": says, "rows": len(records)}


def _task(folder: Path, name: str, url: str, events: Events) -> Evidence:
    """Run a task of the project that asks the service."""
    request = tasks.RunRequest(folder=folder, tasks=(name,), force=True, env={"ANOPS_URL": url})
    outcomes = tasks.run(request, events).to_dict()["outcomes"]
    return {"passed": True, "says": f"the task `{name}` has succeeded", "outcomes": outcomes}


def _load(folder: Path, section: DeploymentSection, url: str, key: str | None, events: Events) -> Evidence:
    """Put load on the service, and hold what it shows to the limits."""
    callers = section.load_callers or 1
    request = bench.BenchRequest(folder=folder, url=url, callers=(callers,), seconds=section.load_seconds, key=key)
    (step,) = bench.run(request, events).steps
    failures = sum(step["failures"].values())
    requests = round(step["per_second"] * section.load_seconds) + failures
    share = failures / max(1, requests)
    told = [f"{failures} of {requests} requests failed, and at most {section.max_load_errors:.2%} may"] \
        if share > section.max_load_errors else []  # fmt: skip
    p99 = step["p99_ms"]
    if p99 is None:
        told.append("no request was answered")
    elif section.max_p99_ms is not None and p99 > section.max_p99_ms:
        told.append(f"99 % were answered within {p99:g} ms, and {section.max_p99_ms:g} ms are wanted")
    says = "; ".join(told) or f"99 % of {requests} requests of {callers} callers were answered within {p99:g} ms"
    return {"passed": not told, "says": says, **step}
