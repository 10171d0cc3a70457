"""A worker: a process whose main thread predicts with a loaded model, one request at a time."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Self

import msgspec
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem
from anops_project.digest import digest_of
from anops_project.project import Project, tables_in
from anops_project.recorded import require_recorded
from anops_project.reference import example_rows

from anops_worker import lent
from anops_worker.channel import PipeKind, receive, send
from anops_worker.isolating.hints import with_hint
from anops_worker.ready import Ready
from anops_worker.request_handling import answer
from anops_worker.runtime import runtime_for
from anops_worker.trial import fitting_reference, try_out

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from pathlib import Path

    from anops_worker.isolating.isolation import Isolation
    from anops_worker.runtime import Runtime

log = logging.getLogger("anops.worker")


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model that is ready to predict.

    Attributes:
        project: What it is.
        runtime: What predicts.
        ready: What a worker with it says of itself.
    """

    project: Project
    runtime: Runtime
    ready: Ready

    @classmethod
    def load(cls, folder: Path, *, wanted: str, isolated: Callable[[Project], Isolation]) -> Self:
        """Read a project and load its model; nothing is predicted.

        Args:
            folder: The project's.
            wanted: The digest that the model must have, else nothing of it is loaded; empty: any.
            isolated: Isolates this process, before the model's code is run.

        Raises:
            AnOpsError: `MODEL_LOAD`.
        """
        project = Project.read(folder)
        require_recorded(project)
        digest = digest_of(project)  # before it is loaded: who writes a file meanwhile makes another model
        if wanted and digest != wanted:
            raise AnOpsError(
                Code.MODEL_LOAD,
                f"The model here is not the one that is to be served: its digest is {digest}, not {wanted}.",
                remedy="Put back the files that it was made of, or build it again; ANOPS_MODEL_DIGEST says which model "
                "is to be served.",
            )
        metrics = _metrics(project.folder)  # before the model's code may go to another folder
        runtime = runtime_for(project.project.language)
        isolation = isolated(project)
        try:
            runtime.load(project)
        except AnOpsError as error:
            raise AnOpsError.of(with_hint(error.problem, isolation)) from error
        ready = Ready(
            name=project.project.name,
            version=project.project.version,
            description=project.project.description,
            language=project.project.language,
            schema=project.schema.to_json(),
            row_independent=project.model.row_independent,
            max_batch_rows=project.service.max_batch_rows,
            versions=runtime.versions(),
            example=example_rows(project),
            digest=digest,
            has_reference=fitting_reference(project) is not None,
            isolation=isolation,
            metrics=metrics,
            series=msgspec.json.encode(project.series).decode() if project.series else "",
            fitted=project.model.fitted or "",
            fitted_on=project.model.fitted_on or "",
        )
        return cls(project, runtime, ready)


def _metrics(folder: Path) -> str:
    """Return the project's own figures as JSON; nothing where it has none."""
    written = tables_in(folder).get("metrics")
    return msgspec.json.encode(written).decode() if written else ""


def work(pipe: socket.socket, model: LoadedModel) -> None:
    """Say that the model is ready, and answer requests until the supervisor is gone."""
    model.runtime.start_worker()
    with suppress(ConnectionError):  # the supervisor is gone
        send(pipe, PipeKind.READY, msgspec.json.encode(model.ready))
        serve(pipe, model)


def serve(pipe: socket.socket, model: LoadedModel) -> None:
    """Answer requests until the supervisor is gone."""
    while (message := receive(pipe)) is not None:
        asked, body, connection = message
        if connection is not None:
            answered = lent.serve(connection, lent.Terms.from_bytes(body), partial(_outcome, model=model))
            send(pipe, PipeKind.RETURNED, answered.to_bytes(8, "little"))
        elif asked is PipeKind.TRY:
            send(pipe, *_guarded(partial(_tried, model), model))
        else:
            send(pipe, *_outcome(body, model=model))


def _outcome(request: bytes, *, model: LoadedModel) -> tuple[PipeKind, bytes]:
    return _guarded(partial(answer, request, model.project, model.runtime, digest=model.ready.digest), model)


def _tried(model: LoadedModel) -> bytes:
    try_out(model.project, model.runtime)
    return b""


def _guarded(work: Callable[[], bytes], model: LoadedModel) -> tuple[PipeKind, bytes]:
    """Return what work gives, as an answer, or the problem that it met."""
    try:
        return PipeKind.ANSWER, work()
    except AnOpsError as error:
        problem = error.problem
        if problem.code in {Code.MODEL_FAILED, Code.MODEL_LOAD}:
            problem = with_hint(problem, model.ready.isolation)
        return PipeKind.PROBLEM, problem.to_bytes()
    except BaseException:  # signals are ignored here: whatever is raised comes from code
        # a fault of ours: its traceback goes to the log, its request gets the code alone
        log.exception("a prediction failed inside AnOps")
        problem = Problem(Code.INTERNAL, "Can't predict: AnOps failed. The model-service's log has the traceback.")
        return PipeKind.PROBLEM, problem.to_bytes()
