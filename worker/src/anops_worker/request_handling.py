"""One request answered by a loaded model: decode, check, predict, check, encode."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from anops_model_interface.answers import Answer
from anops_model_interface.asked_outputs import asked_outputs
from anops_model_interface.codes import Code
from anops_model_interface.columns import column_from_array, missing_column
from anops_model_interface.errors import AnOpsError, FaultCollector
from anops_model_interface.frames import Column, Frame, Warn
from anops_model_interface.requests import Request, decode_checked_request, decode_request
from anops_model_interface.validation import validate_frame
from anops_model_interface.visible_gaps import with_visible_gaps

from anops_worker.identity import check_identity
from anops_worker.infinities import refuse_infinities
from anops_worker.runtime import Result

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_model_interface.frames import OptionValue
    from anops_project.project import Project

    from anops_worker.runtime import Runtime


def answer(data: bytes, project: Project, runtime: Runtime, *, digest: str) -> bytes:
    """Answer a request with an answer, both in our private form.

    Args:
        data: The request.
        project: What the model is.
        runtime: What predicts.
        digest: That of the model, which the answer names.

    Raises:
        AnOpsError: The request does not fit the model, or the model failed.
    """
    started = time.perf_counter()
    request = Request.from_bytes(data)
    head = request.head
    name, version = project.project.name, project.project.version
    check_identity(head.model_name, head.model_version, name_here=name, version_here=version)
    policy_warnings: tuple[Warn, ...] = ()
    says_checked = request.says_checked(project.schema)
    # anyone can say so, since the metadata has the schema: who has proven to be our own api-service is believed
    if says_checked and not head.public:
        frame, options = decode_checked_request(request, project.schema)
    else:
        frame, options = decode_request(request, project.schema)
        frame, policy_warnings = validate_frame(frame, project.schema, model=name)
        if says_checked:
            policy_warnings = ()  # a sender that has checked has also warned
    result = predict(frame, options, project, runtime)
    try:
        return Answer.of(
            result.frame if head.reads_missing else with_visible_gaps(result.frame),
            (*policy_warnings, *result.warnings),
            model_name=name,
            model_version=version,
            model_digest=digest,
            request_id=head.request_id,
            outputs=asked_outputs(result.frame.names(), head.outputs, project.schema.outputs),
            coded=says_checked,
            seconds=time.perf_counter() - started,
        ).to_bytes()
    except UnicodeEncodeError as error:
        raise AnOpsError(
            Code.MODEL_OUTPUT,
            f"Can't use the answer of model `{name}`: a text in it is not valid Unicode.",
            remedy="Let predict_model() return texts without halves of surrogate pairs (\\ud800 to \\udfff).",
        ) from error


def predict(frame: Frame, options: Mapping[str, OptionValue], project: Project, runtime: Runtime) -> Result:
    """Predict with a frame that fits the schema; rows out are rows in.

    Raises:
        AnOpsError: `MODEL_FAILED`, `MODEL_OUTPUT`, or `COLUMN_…` from the runtime.
    """
    if frame.rows == 0 and project.schema.outputs:
        # many models can't predict no rows, and no rows need no model
        return Result(
            Frame(tuple(missing_column(name, spec.type, 0) for name, spec in project.schema.outputs.items()), 0)
        )
    try:
        result = runtime.predict(frame, options)
    except AnOpsError as error:
        if error.problem.code == Code.MODEL_FAILED:
            name = project.project.name
            refuse_infinities(frame, project.schema, lambda rows: runtime.predict(rows, options), model=name)
        raise
    if result.frame.rows != frame.rows:
        raise AnOpsError(
            Code.MODEL_OUTPUT,
            f"Can't use the answer of model `{project.project.name}`: it must have {frame.rows} rows, as the data "
            f"has, not {result.frame.rows}.",
            remedy="Let predict_model() return one prediction for each row of its data, in the same order.",
        )
    return Result(_as_declared(result.frame, project), result.warnings)


def _as_declared(frame: Frame, project: Project) -> Frame:
    """Bring the answer into the types that `[model.outputs]` declares, where that loses nothing."""
    outputs, faults = project.schema.outputs, FaultCollector()
    columns: list[Column] = []
    for column in frame.columns:
        spec = outputs.get(column.name)
        if spec is None or spec.type == column.type:
            columns.append(column)
        elif column.is_missing().all():
            # what is missing has no type of its own
            columns.append(missing_column(column.name, spec.type, frame.rows))
        else:
            columns.append(column_from_array(column.name, column.values, column.missing, spec, faults))
    if faults:
        raise AnOpsError(
            Code.MODEL_OUTPUT,
            f"Can't use the answer of model `{project.project.name}`: {faults.faults[0].message}.",
            remedy="Correct predict_model(), or the type under [model.outputs] in ao.toml.",
        )
    return Frame(tuple(columns), frame.rows)
