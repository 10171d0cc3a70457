"""`[experiments.NAME]`: a function of parameters and a seed that `ao sim` runs many times."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from anops_model_interface.tables import After, Before, as_tuple, key

from anops_project.finite_numbers import is_number
from anops_project.section import About, Section

Scalar = bool | int | float | str
_SPAN = {"min", "max", "scale", "whole"}
_REFERENCE = re.compile(r"[^:]+:[^\W\d][\w.]*")
_BYTES = re.compile(r"(\d+(?:\.\d+)?)\s*(KB|MB|GB|TB)", re.IGNORECASE)


def is_reference(value: str | None) -> str | None:
    """Return the name of a function as it was written; pydantic tells of the error."""
    if value is not None and not _REFERENCE.fullmatch(value):
        raise ValueError("must name a function as `file.R:function`, `file.py:function` or `module:function`")
    return value


def _are_parameters(value: object) -> object:
    if not isinstance(value, dict):
        return value
    for name, told in value.items():
        if isinstance(told, dict):
            _is_span(name, told)
        elif not isinstance(told, list) or not told:
            _is_value(name, told)
        else:
            for each in told:
                _is_value(name, each)
    return value


def _is_span(name: str, told: dict[str, Any]) -> None:
    low, high = told.get("min"), told.get("max")
    if told.keys() - _SPAN or not is_number(low) or not is_number(high):
        raise ValueError(f"`{name}` must be a value, a list of values, or a range such as {{ min = 0.1, max = 0.5 }}")
    if not low < high:
        raise ValueError(f"`{name}` must have a `min` that is less than its `max`")
    if told.get("scale", "linear") not in {"linear", "log"}:
        raise ValueError(f"`{name}` must have the scale `linear` or `log`")
    if told.get("whole", False) not in (True, False):
        raise ValueError(f"`{name}` must have `whole` as true or false")
    if told.get("whole") and not (float(low).is_integer() and float(high).is_integer()):
        raise ValueError(f"`{name}` must have whole numbers as `min` and `max`, since it is `whole`")
    if told.get("scale") == "log" and low <= 0:
        raise ValueError(f"`{name}` must have a `min` above 0, since its scale is `log`")


def _is_value(name: str, told: object) -> None:
    if isinstance(told, float) and not math.isfinite(told):
        raise ValueError(f"`{name}` must be a finite number, not {told}")
    if not isinstance(told, bool | int | float | str):
        said = f"`{name}` must be a value, a list of values, or a range such as {{ min = 0.1, max = 0.5 }}"
        raise ValueError(said)  # noqa: TRY004  pydantic tells of a ValueError alone


def is_memory(value: str | None) -> str | None:
    """Return an amount of memory as it was written; pydantic tells of the error."""
    if value is not None and not _BYTES.fullmatch(value):
        raise ValueError("must be an amount such as `2 GB` or `500 MB`")
    return value


Texts = Annotated[tuple[str, ...], Before(as_tuple)]
Parameters = Annotated[
    dict[str, Any], Before(_are_parameters, instead=dict[str, Scalar | list[Scalar] | dict[str, Scalar]])
]
Reference = Annotated[str | None, After(is_reference)]


@dataclass(frozen=True, kw_only=True)
class ExperimentSection(Section):
    """A function, the parameter sets it is run with, and how often."""

    about: ClassVar = About("experiments", 10, "Simulations that `ao sim` runs.", one="Experiment")

    function: Annotated[str, After(is_reference)] = key(
        "The function: `file.R:function`, `file.py:function` or `module:function`."
    )
    design: Literal["grid", "random", "lhs", "sobol", "csv"] = key(
        "How parameter sets are chosen: every combination of lists; drawn at random, by a Latin hypercube or by a "
        "Sobol sequence; or the rows of a CSV file.",
        default="grid",
    )
    parameters: Parameters = key(
        'Each parameter: a value, a list of values, or a range, `{ min = 0.1, max = 0.5 }`, with `scale = "log"` or '
        "`whole = true` (whole numbers, from and to whole ones) if you like.",
        default_factory=dict,
    )
    points: int | None = key("How many parameter sets a design draws.", default=None, ge=1)
    file: str | None = key("The CSV file whose rows are the parameter sets.", default=None)
    replicates: int = key("How often each parameter set is run, each time with other random numbers.", default=1, ge=1)
    until: dict[str, float] = key(
        "Runs more replicates of a parameter set until the standard error of the mean of an output, divided by that "
        "mean, is at most this, from ten replicates on: `{ incidence = 0.005 }`.",
        default_factory=dict,
    )
    max_replicates: int | None = key("How many replicates `until` may ask for at most.", default=None, ge=1)
    seed: int = key("The seed of random numbers.", default=1, ge=0, le=2**63 - 1)
    numbers: Literal["own", "common"] = key(
        "Whether each parameter set has random numbers of its own, or all have the same ones in each replicate, which "
        "makes their differences sharper.",
        default="own",
    )
    outputs: Texts = key("The outputs that are kept; by default all.", default=())
    files: Texts = key(
        "Files that the function reads, beside the code: `*` and `**` match names. Results are computed again when "
        "they, or the code, change.",
        default=(),
    )
    aggregate: Reference = key(
        "A function in the same language that the workers run on all runs of a parameter set: it gets them as a data "
        "frame, `runs`, with a row for each, and returns what a function may.",
        default=None,
    )
    exact_types: bool = key("Whether 1 and 1.0 are two parameters.", default=False)
    workers: int | None = key("How many run at once; by default as many as there are processors.", default=None, ge=1)
    cold: bool = key(
        "Whether each run has a process of its own, for models that leak state; a change computes all results again.",
        default=False,
    )
    attempts: int = key("How often a run that fails is tried.", default=2, ge=1, le=100)
    timeout: float | None = key("How many seconds a run may take.", default=None, gt=0)
    memory: Annotated[str | None, After(is_memory)] = key(
        "How much memory a run may take, such as `2 GB`.", default=None
    )

    def __post_init__(self) -> None:
        if self.design == "csv" and self.file is None:
            raise ValueError("must name the `file` with the parameter sets, since its design is `csv`")
        if self.design in {"random", "lhs", "sobol"} and self.points is None:
            raise ValueError(f"must say how many `points` its design `{self.design}` draws")
        if self.until and self.max_replicates is None:
            raise ValueError("must say how many replicates `until` may ask for at most: `max_replicates`")

    @property
    def memory_bytes(self) -> int | None:
        """How many bytes a run may take."""
        return memory_in_bytes(self.memory)


def memory_in_bytes(written: str | None) -> int | None:
    """Return how many bytes an amount such as `2 GB` is."""
    found = None if written is None else _BYTES.fullmatch(written)
    if found is None:
        return None
    return int(float(found[1]) * 1000 ** (1 + ["KB", "MB", "GB", "TB"].index(found[2].upper())))
