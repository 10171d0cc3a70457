"""What goes into a template for a person's own model, in place of the example's values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from anops_project.recorded import fitted_at, sha256_of

from anops_control.init.example_request import body_flags
from anops_control.init.reference_files import as_frame, first_row, request_text
from anops_control.init.row_conversions import python_answered, python_lines, r_answered, r_lines
from anops_control.init.scale import default_type, is_scaled
from anops_control.init.schema_toml import series_lines, spec_lines, value_text
from anops_control.init.templates import example_values

if TYPE_CHECKING:
    from pathlib import Path

    from anops_model_interface.schema import Schema
    from anops_project.description import Description
    from anops_project.sections.project import Language

    from anops_control.init.intake import Intake

_LONGEST_DESCRIPTION = 200
_COMMENTS = {
    None: "not tested: there were no rows to test it with",
    True: "a row's prediction does not depend on the other rows",
    False: "a row's prediction depends on the other rows",
}
_SPLINES = re.compile(r"\b(ns|bs)\(")

_MODULE_IN_FORMULA = re.compile(r"~.*\b(np|numpy|pd|pandas|math|scipy)\.", re.DOTALL)
_READS_TYPE = re.compile(r"\[\[type\]\]|\(type ==")
"""Where the code of a family turns the option `type` into what its predict() calls it."""


def recorded(artifact: Path) -> dict[str, str]:
    """Return the values that say which file a fitted model is, and when it was written."""
    return {"_sha256": sha256_of(artifact), "_fitted": fitted_at(artifact)}


def described(language: Language, description: Description) -> dict[str, Any]:
    """Return the values that a description of the model gives."""
    schema = description.schema
    rows = as_frame(description.rows)
    has_reference = rows is not None and description.predictions is not None
    request = request_text(first_row(rows, schema))
    values: dict[str, Any] = {
        "_inputs": spec_lines(schema.inputs, dict.fromkeys(description.kind_untold, KIND_COMMENT)),
        "_outputs": spec_lines(schema.outputs),
        "_options": spec_lines(schema.options),
        "_series": series_lines(description.series),
        "_fitted_on": value_text(one_line(description.fitted_on)) if description.fitted_on else "",
        "_row_independent": _independence(tested=description.row_independent),
        "_has_columns": bool(schema.inputs),
        "_has_reference": has_reference,
        "_by_chance": description.by_chance,
        "_request": request,
        "_body_flags": body_flags(request, has_example=has_reference, between=" \\\n  "),
    }
    if language == "r":
        values |= {
            "_conversions": r_lines(rows, schema) + r_answered(as_frame(description.predictions)),
            "_imports": ",\n".join(f"    {name} (>= {version})" for name, version in _sorted(description.packages)),
            "_libraries": _libraries(description),
            **_prediction(description.suiting_code or example_values(language)["_prediction"], schema),
        }
        if description.reader:
            values["_reader"] = description.reader
    else:
        values |= {
            "_conversions": python_lines(rows, schema) + python_answered(as_frame(description.predictions)),
            "_requirements": "\n".join(f"{name}=={version}" for name, version in _sorted(description.packages)),
            "_suiting_code": description.suiting_code or "",
            "_reader": description.reader or "return joblib.load(path)",
            "_by_family": description.by_family,
            "_method": description.method,
        }
        if _MODULE_IN_FORMULA.search(description.summary):
            values["_lends_names"] = True
    if description.by_family:
        values["_defines_predict"] = False
    return values


def _prediction(body: str, schema: Schema) -> dict[str, str]:
    """Return the arguments and the body of an R project's `predict_model`, which says itself on which scale it is."""
    default = default_type(schema)
    asks_itself = _READS_TYPE.search(body) is not None
    if not is_scaled(schema) or not ("..." in body or asks_itself):
        return {"_arguments": "model, newdata, ...", "_prediction": body}
    return {
        "_arguments": f'model, newdata, type = "{default}", ...',
        "_prediction": body if asks_itself else body.replace("...", "type = type, ..."),
    }


def taken_in(intake: Intake, *, artifact: str | None, code: str) -> dict[str, Any]:
    """Return the values that the person's files give.

    Args:
        intake: The files.
        artifact: The path of the fitted model in the project.
        code: The path of the code in the project: the person's own, or the one that the template writes.
    """
    own = intake.code
    values: dict[str, Any] = {
        "_artifact": artifact or "",
        "_code": code,
        "_own_code": own is not None,
        "_defines_load": own is None or own.defines_load,
        "_defines_predict": own is None or own.defines_predict,
        "_example": False,
    }
    if intake.language == "r":
        workspace = artifact is not None and artifact.lower().endswith((".rdata", ".rda"))
        values["_reader"] = "get(load(path))" if workspace else "readRDS(path)"
    else:
        values["_module"] = code.removesuffix(".py").replace("/", ".")
        values["_lends_names"] = own is not None and own.has_definitions and artifact is not None
    return values


def one_line(text: str) -> str:
    """Return a summary as a description of at most 200 characters, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_DESCRIPTION else line[: _LONGEST_DESCRIPTION - 1] + "…"


def _sorted(packages: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(packages.items(), key=lambda item: item[0].lower())


def _libraries(description: Description) -> list[str]:
    splines = ["splines"] if _SPLINES.search(description.summary) else []
    return splines + [name for name, _ in _sorted(description.packages)]


def independence_comment(*, tested: bool | None) -> str:
    """Return what stands behind `row_independent` in ao.toml.

    Args:
        tested: What the test showed; None where there was nothing to test with.
    """
    return _COMMENTS[tested]


KIND_COMMENT = 'nothing tells whether the fit had integers: write "integer" if so'
"""What stands behind a column of numbers that the model answers otherwise as integers."""

OWN_COMMENTS = (*_COMMENTS.values(), KIND_COMMENT)
"""All that `ao` itself writes behind a value of which something else may be known later."""


def _independence(*, tested: bool | None) -> str:
    return f"{str(bool(tested)).lower():<10} # {independence_comment(tested=tested)}"
