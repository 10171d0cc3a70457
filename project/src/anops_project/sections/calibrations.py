"""`[calibrations.NAME]`: parameters of a simulation that `ao sim calibrate` finds by what was observed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from anops_model_interface.tables import After, Before, key

from anops_project.finite_numbers import is_number
from anops_project.section import About, Section
from anops_project.sections.experiments import (
    Parameters,
    Reference,
    Scalar,
    Texts,
    is_memory,
    is_reference,
    memory_in_bytes,
)

_TARGET = {"observed", "file", "column", "by", "output", "loss", "sd", "weight"}
_LOSSES = ("simulated", "normal", "poisson", "squared", "absolute")


def _are_targets(value: object) -> object:
    if not isinstance(value, dict):
        return value
    if not value:
        raise ValueError("must name at least one target: what was observed")
    for name, told in value.items():
        if not isinstance(told, dict):
            raise ValueError(f"`{name}` must be a table such as {{ observed = 312 }}")  # noqa: TRY004  as pydantic tells
        _is_target(name, told)
    return value


def _is_target(name: str, told: dict[str, Any]) -> None:
    unknown = told.keys() - _TARGET
    if unknown:
        raise ValueError(f"`{name}.{min(unknown)}` is not known; known are {', '.join(sorted(_TARGET))}")
    if ("observed" in told) == ("file" in told):
        raise ValueError(f"`{name}` must have what was observed: either `observed` or the CSV `file` that holds it")
    observed = told.get("observed", 0)
    values = observed if isinstance(observed, list) else [observed]
    if not values or not all(is_number(each) for each in values):
        raise ValueError(f"`{name}.observed` must be a number or a list of numbers")
    if told.get("loss", "simulated") not in _LOSSES:
        raise ValueError(f"`{name}.loss` must be one of {', '.join(_LOSSES)}, not `{told['loss']}`")
    for each in ("sd", "weight"):
        if each in told and not (is_number(told[each]) and told[each] > 0):
            raise ValueError(f"`{name}.{each}` must be a number above 0")


Targets = Annotated[dict[str, Any], Before(_are_targets, instead=dict[str, dict[str, Scalar | list[Scalar]]])]


@dataclass(frozen=True, kw_only=True)
class CalibrationSection(Section):
    """A function, the parameters that are looked for, and what was observed."""

    about: ClassVar = About("calibrations", 11, "Fits that `ao sim calibrate` makes.", one="Calibration")

    function: Annotated[str, After(is_reference)] = key(
        "The function: `file.R:function`, `file.py:function` or `module:function`."
    )
    parameters: Parameters = key(
        'Each parameter: a range that is searched, `{ min = 0.1, max = 0.5 }`, with `scale = "log"` or `whole = true` '
        "if you like; a list of values to choose from; or the value that it has."
    )
    targets: Targets = key(
        "What was observed, by the output it is compared with: `observed`, a number or a list, or `file`, a CSV file, "
        "with its `column` and the columns `by` which rows belong together; `output` where it has another name. "
        "`loss` is `simulated` (the likelihood, with the spread of the replicates and `sd`), `normal` (with `sd`), "
        "`poisson`, `squared` or `absolute`; `weight` says how much it counts."
    )
    replicates: int = key("How often each proposal is simulated.", default=10, ge=1)
    trials: int = key("How many proposals are made in the whole range.", default=60, ge=1)
    refine: int | None = key(
        "How many are made near the best after that, from which the uncertainty is known; by default by the number of "
        "parameters.",
        default=None,
        ge=0,
    )
    sampler: Literal["tpe", "random", "sobol", "cmaes"] = key(
        "What makes the proposals: Optuna's `tpe` (from what was found so far), `cmaes` (a cloud that moves to where "
        "it fits; for "
        "two ranges or more) or `random`; or `sobol`, a scrambled sequence that fills the ranges evenly.",
        default="tpe",
    )
    aggregate: Reference = key(
        "A function that the workers run on the replicates of a proposal, as in an experiment; targets are then "
        "compared with what it returns.",
        default=None,
    )
    level: float = key("The level of the intervals.", default=0.9, gt=0, lt=1)
    seed: int = key("The seed of random numbers.", default=1, ge=0, le=2**63 - 1)
    batch: int = key("How many proposals are simulated together.", default=8, ge=1)
    storage: str | None = key(
        "The database in which several computers share a calibration, `postgresql+psycopg://host/name`; by default a "
        "file below .anops.",
        default=None,
    )
    lease: float = key(
        "After how many seconds without a sign of life a proposal is given to another process.", default=120.0, gt=0
    )
    files: Texts = key("Files that the function reads, beside the code.", default=())
    workers: int | None = key("How many run at once; by default as many as there are processors.", default=None, ge=1)
    cold: bool = key("Whether each run has a process of its own, for models that leak state.", default=False)
    attempts: int = key("How often a run that fails is tried.", default=2, ge=1, le=100)
    timeout: float | None = key("How many seconds a run may take.", default=None, gt=0)
    memory: Annotated[str | None, After(is_memory)] = key(
        "How much memory a run may take, such as `2 GB`.", default=None
    )

    @property
    def memory_bytes(self) -> int | None:
        """How many bytes a run may take."""
        return memory_in_bytes(self.memory)
