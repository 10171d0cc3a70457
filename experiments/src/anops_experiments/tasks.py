"""A task of a simulation: a function, its parameters and its seed, with an identity that does not depend on order."""

from __future__ import annotations

import hashlib
import json
import math
import re
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from anops_experiments.failures import ExperimentError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Scalar = bool | int | float | str
"""What a parameter may be."""
Language = Literal["python", "r"]

_REFERENCE = re.compile(r"(?P<file>[^:]+):(?P<function>[^\W\d][\w.]*)")
_LARGEST_EXACT = 2**53


@dataclass(frozen=True, slots=True)
class FunctionRef:
    """Where a function is.

    Attributes:
        file: A module of Python such as `models.sir`, or a file that ends in `.py` or `.R`.
        function: Its name there.
        language: What it is written in.
    """

    file: str
    function: str
    language: Language

    @classmethod
    @lru_cache(maxsize=256)
    def read(cls, written: str) -> FunctionRef:
        """Return what `package.module:function` or `file.R:function` means.

        Raises:
            ExperimentError: It is neither.
        """
        found = _REFERENCE.fullmatch(written)
        if found is None:
            raise ExperimentError(
                f"A function must be named as `module:function` or `file.R:function`, not `{written}`.",
                remedy="Write the file, a colon and the function's name: sir.R:simulate",
            )
        file = found["file"]
        return cls(file, found["function"], "r" if file.lower().endswith(".r") else "python")


@dataclass(frozen=True, slots=True)
class SimulationTask:
    """One run of a function.

    Attributes:
        fn_ref: The function: `package.module:function`, `file.py:function` or `file.R:function`.
        params: Its parameters by name; their order means nothing.
        seed: Where chance begins, from 0 to 2**64 - 1.
        bundle_ref: What the code is in: a digest. None: the folder that the service was given.
        outputs: The outputs that are kept; none named: all.
        exact_types: Whether 1 and 1.0 are two parameters. By default they are one, and Python gets 1 of it.
        tables: Data frames that the function gets beside its parameters, by name: their columns as lists. It then
            gets those parameters alone that it names.
        number: Its position in an experiment; no part of its identity.
    """

    fn_ref: str
    params: Mapping[str, Scalar]
    seed: int
    bundle_ref: str | None = None
    outputs: tuple[str, ...] = ()
    exact_types: bool = False
    number: int = 0
    tables: Mapping[str, Mapping[str, Sequence[Scalar | None]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        FunctionRef.read(self.fn_ref)
        if isinstance(self.seed, bool) or not isinstance(self.seed, int) or not 0 <= self.seed < 2**64:
            raise ExperimentError(f"The seed must be a whole number from 0 to 2^64 - 1, not {self.seed!r}.")
        object.__setattr__(self, "params", MappingProxyType(canonical(self.params, exact=self.exact_types)))
        object.__setattr__(self, "outputs", tuple(sorted(set(self.outputs))))

    def __hash__(self) -> int:
        return hash(self.id)

    def __reduce__(self) -> tuple[object, ...]:
        told = (self.fn_ref, dict(self.params), self.seed, self.bundle_ref, self.outputs, self.exact_types, self.number)
        return SimulationTask, (*told, self.tables)

    @property
    def params_id(self) -> str:
        """The digest of the parameters alone: replicates of one parameter set share it."""
        return digest_of_params(self.params)

    @property
    def id(self) -> str:
        """The digest of all that the result depends on."""
        told: list[object] = [self.fn_ref, self.params_id, str(self.seed), self.bundle_ref, list(self.outputs)]
        told += [self.tables] if self.tables else []
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def canonical(params: Mapping[str, Scalar], *, exact: bool = False) -> dict[str, Scalar]:
    """Return parameters in the order of their names and in the one form that each value has.

    Raises:
        ExperimentError: One of them can't be a parameter.
    """
    return {name: _checked(name, params[name], exact=exact) for name in sorted(params)}


def digest_of_params(params: Mapping[str, Scalar]) -> str:
    """Return the digest of parameters; each has its type with it, so that True, 1 and "1" are three."""
    told = [[name, type(value).__name__, _text(value)] for name, value in sorted(params.items())]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _text(value: Scalar) -> str:
    return value.hex() if isinstance(value, float) else str(value)


def _checked(name: str, value: object, *, exact: bool) -> Scalar:
    if not isinstance(value, bool | int | float | str) and hasattr(value, "item"):
        value = value.item()  # a number of NumPy
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ExperimentError(
                f"Parameter `{name}` must be a finite number, not {value}.",
                remedy='Leave it out, or let the function take a text such as "none" for it.',
            )
        return int(value) if not exact and value.is_integer() and abs(value) <= _LARGEST_EXACT else float(value)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ExperimentError(
            f"Parameter `{name}` must be a whole number of 64 bits, not {value}.",
            remedy="Write it with a point, which makes it a number of about 16 digits, or as a text.",
        )
    if isinstance(value, bool | int | str):
        return value
    raise ExperimentError(
        f"Parameter `{name}` must be a number, a text, or true or false, not {type(value).__name__}.",
        remedy="Pass anything larger as the name of a file that the function reads.",
    )
