"""Keeps what happens meanwhile as a run: a task of `ao run --track`, or a training."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_project.recorded import sha256_of

from anops_control.errors import CommandError
from anops_control.events import EventKind
from anops_control.run_lines import VARIABLE, Follower, LineKind, RunLine, read_line
from anops_control.tracking.circumstances import LISTED, MAX_MEMORY, files_of, tags_of
from anops_control.tracking.data_used import ARTIFACT_TAG
from anops_control.tracking.opening import GROUP, keeper_of, own_folder, place_of
from anops_control.tracking.port import TRAINING_TAG, AwayError
from anops_control.tracking.recording import Recording
from anops_control.tracking.sending import send, send_later
from anops_control.tracking.texts import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from anops_project.project import Project

    from anops_control.events import Event, Events

BEGUN_BY_MLFLOW = "anops.begun_by_mlflow"
"""The tag by which the steps of a training tell the run that MLflow has begun."""
_STATUS = {"done": "FINISHED", "failed": "FAILED", "cancelled": "KILLED"}


@contextmanager
def tracked(
    project: Project, name: str, events: Events, parameters: Mapping[str, object] | None = None
) -> Iterator[dict[str, str]]:
    """Keep what is done meanwhile as a run; yields the environment variables for the programs that do it.

    They tell by lines, or by MLflow's own calls, which land in the same run where whoever keeps runs can be reached.
    """
    place, log = place_of(project.folder), list[str]()
    recording = Recording.begin(place.home, name)
    recording.tags |= tags_of(project)  # of before: what runs may change files
    recording.parameters |= {key: text_of(value) for key, value in (parameters or {}).items()}
    variables = {VARIABLE: str(recording.lines)}
    before = _artifact_of(project)
    try:
        recording.id = keeper_of(place).begin_run(name)
        variables |= {"MLFLOW_RUN_ID": recording.id, "MLFLOW_TRACKING_URI": place.uri}
    except (CommandError, AwayError):
        pass  # it is told when the run is to be sent
    status, began = "FAILED", time.monotonic()
    try:
        with events.heard_by(lambda event: _note(event, log)):
            yield variables
        status = "FINISHED"
    except KeyboardInterrupt:
        status = "KILLED"
        raise
    finally:
        lines = [*Follower(recording.lines).new(), *_cost(time.monotonic() - began)]
        now = _artifact_of(project)
        if now is not None and now != before:
            recording.tags[ARTIFACT_TAG] = now[1]
        with tempfile.TemporaryDirectory(prefix="ao-run-") as work:
            written = Path(work, "log.txt")
            written.write_text("\n".join(log) + "\n", encoding="utf-8")
            _end(recording, project, status, lines, {"log.txt": written}, Path(work))
        send(place, events)


def _artifact_of(project: Project) -> tuple[int, str] | None:
    """Return when the project's fitted model was written and its digest, where there is one."""
    file = None if project.model.artifact is None else project.folder / project.model.artifact
    return None if file is None or not file.is_file() else (file.stat().st_mtime_ns, sha256_of(file))


@dataclass(slots=True)
class _Training:
    recording: Recording
    folder: Path
    lines: list[RunLine] = field(default_factory=list)


@contextmanager
def tracked_trainings(project: Project, events: Events) -> Iterator[None]:
    """Keep each training of meanwhile as a run; it is sent by a process of its own, so that nobody waits for it."""
    place, trainings = place_of(project.folder), dict[str, _Training]()

    def hear(event: Event) -> None:
        facts = event.facts
        name = str(facts.get("run", ""))
        match facts.get("event"):
            case "training started":
                made = Recording.begin(place.home, name)
                made.tags |= tags_of(project)
                made.parameters |= {key: text_of(value) for key, value in _flat(facts.get("config") or {})}
                made.parameters["seed"] = text_of(facts.get("seed"))
                if facts.get("provider"):
                    made.tags["anops.provider"] = str(facts["provider"])
                trainings[name] = _Training(made, Path(str(facts["folder"])))
            case "told" if name in trainings:
                line = read_line(json.dumps({key: facts[key] for key in facts if key not in {"event", "run"}}))
                if line is not None:
                    trainings[name].lines.append(line)
            case "training ended" if name in trainings:
                _ended(trainings.pop(name), project, facts)
            case _:
                pass

    try:
        with events.heard_by(hear):
            yield
    finally:
        for left in trainings.values():
            _ended(left, project, {"state": "cancelled"})
        send_later(place)


def _ended(training: _Training, project: Project, facts: Any) -> None:  # noqa: ANN401  what JSON can hold
    seconds = {str(step): float(took) for step, took in (facts.get("steps") or {}).items()}
    told = {line.name for line in training.lines if line.kind is LineKind.METRIC}
    for name, value in (facts.get("metrics") or {}).items():
        line = read_line(json.dumps({"kind": "metric", "name": name, "value": value}))
        if line is not None and name not in told:
            training.lines.append(line)
    training.lines += [RunLine(kind=LineKind.METRIC, name=f"system/seconds/{step}", value=took)
                       for step, took in seconds.items()]  # fmt: skip
    training.lines += [line for line in _cost(time.time() - training.recording.started / 1000) if line.name not in told]
    training.recording.tags |= {TRAINING_TAG: training.recording.name}
    if facts.get("failed_step"):
        training.recording.tags |= {
            "anops.failed_step": str(facts["failed_step"]),
            "anops.message": str(facts["message"]),
        }
    _adopt(training)
    made = training.folder / str(facts.get("artifact") or "")
    if made.is_file():
        training.recording.tags[ARTIFACT_TAG] = sha256_of(made)
    logs = {f"logs/{path.name}": path for path in sorted(training.folder.rglob("*.log"))}
    status = _STATUS.get(str(facts.get("state")), "FAILED")
    listed = training.folder / LISTED if "anops.provider" in training.recording.tags else None
    with tempfile.TemporaryDirectory(prefix="ao-run-") as work:
        _end(training.recording, project, status, training.lines, logs, Path(work), listed)


def _adopt(training: _Training) -> None:
    """Add to the run that MLflow's own calls in the steps have begun, where there were any."""
    for line in training.lines:
        if line.kind is LineKind.TAG and line.name == BEGUN_BY_MLFLOW:
            training.recording.id = str(line.value)
    training.lines[:] = [line for line in training.lines if line.name != BEGUN_BY_MLFLOW]


def mlflow_variables(project: Project) -> dict[str, str]:
    """Return what MLflow's own calls in the steps of a training need to know to land in its run.

    The run is made when a step imports MLflow, by `python_steps`: asking for it costs seconds, which others spare.
    """
    if not entry_points(group=GROUP):
        return {}
    place = place_of(project.folder)
    if place.is_local:
        own_folder(Path(place.uri.removeprefix("sqlite:///")).parent)
    artifacts = "" if place.artifacts is None else str(place.artifacts / place.experiment)
    return {
        "MLFLOW_TRACKING_URI": place.uri,
        "MLFLOW_EXPERIMENT_NAME": place.experiment,
        "ANOPS_MLFLOW_ARTIFACTS": artifacts,
        "MLFLOW_DISABLE_TELEMETRY": "true",
    }


def _end(
    recording: Recording,
    project: Project,
    status: str,
    lines: list[RunLine],
    files: dict[str, Path],
    work: Path,
    listed: Path | None = None,
) -> None:
    found, language = files_of(project, work, listed)
    if language:
        recording.tags["anops.language_version"] = language
    recording.end(status, lines, {**files, **found})


def _cost(seconds: float) -> list[RunLine]:
    unit = 1024 if sys.platform != "darwin" else 1 << 20
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / unit
    return [
        RunLine(kind=LineKind.METRIC, name="system/seconds", value=round(seconds, 3)),
        RunLine(kind=LineKind.METRIC, name=MAX_MEMORY, value=round(memory, 1)),
    ]


def _note(event: Event, log: list[str]) -> None:
    if event.kind is EventKind.LINE:
        log.append(event.text if event.source is None else f"{event.source} │ {event.text}")


def _flat(config: Any, before: str = "") -> Iterator[tuple[str, object]]:  # noqa: ANN401  what JSON can hold
    for key, value in config.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value
