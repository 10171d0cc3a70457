"""What a request asks of `predict_model`, checked against the schema."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import MAX_FAULTS, Fault, FaultCollector, shortened
from anops_model_interface.misfits import misfit
from anops_model_interface.words import kind_of, number_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_model_interface.schema import OptionSpec, Schema

OptionScalar = bool | int | float | str
OptionValue = OptionScalar | list[OptionScalar]


def option_faults(options: Mapping[str, object], schema: Schema, faults: FaultCollector) -> dict[str, OptionValue]:
    """Check options and fill in the defaults.

    Args:
        options: Name to value, as JSON gives it.
        schema: What there is to ask.
        faults: Takes in what does not fit.

    Returns:
        The options for the model: those that fit, and the defaults of those that were not sent.
    """
    result: dict[str, OptionValue] = {}
    unknown = [name for name in options if name not in schema.options]
    faults.add_many((_unknown(name, schema) for name in unknown[:MAX_FAULTS]), total=len(unknown))
    for name, value in options.items():
        spec = schema.options.get(name)
        if spec is None:
            continue
        problem = _misfit(spec, value)
        if problem:
            faults.add(
                Fault(
                    Code.OPTION_VALUE,
                    f"option `{name}` {problem}{_other_unit(name, spec, value)}",
                    column=name,
                    expected=_expected(spec),
                    received=repr(value),
                )
            )
        else:
            result[name] = _plain(value)
    for name, spec in schema.options.items():
        if name not in options and spec.default is not None:
            result[name] = _plain(spec.default)
    return result


def validate_options(options: Mapping[str, object], schema: Schema, *, model: str = "") -> dict[str, OptionValue]:
    """Do what `option_faults` does, but raise.

    Raises:
        AnOpsError: `OPTION_UNKNOWN` or `OPTION_VALUE`.
    """
    faults = FaultCollector()
    result = option_faults(options, schema, faults)
    faults.raise_if_any(model=model)
    return result


def _misfit(spec: OptionSpec, value: object) -> str | None:
    if not spec.list:
        return misfit(spec, value)
    if not isinstance(value, list | tuple):
        return f"must be a list, not {kind_of(value)}"
    return next((problem for item in value if (problem := misfit(spec, item))), None)


def _other_unit(name: str, spec: OptionSpec, value: object) -> str:
    """Return what to write where a coverage was meant in the other unit: 0.8 for 80, or 95 for 0.95."""
    if name != "level" or spec.min is None or spec.max is None:
        return ""
    given = value if isinstance(value, list | tuple) else [value]
    wrong = next((item for item in given if misfit(spec, item)), None)
    if isinstance(wrong, bool) or not isinstance(wrong, int | float):
        return ""
    unit, meant = ("in percent", wrong * 100.0) if spec.max > 1 else ("a share", wrong / 100.0)
    if misfit(spec, meant) or (spec.max > 1 and wrong >= 1):
        return ""
    return f"; it is {unit}: write {meant:.10g} for {number_text(wrong)}"


def _unknown(name: str, schema: Schema) -> Fault:
    name = shortened(name)
    near = difflib.get_close_matches(name, schema.options, n=1)
    if near:
        hint = f"; did you mean `{near[0]}`?"
    elif schema.options:
        hint = f"; the model has {', '.join(f'`{known}`' for known in schema.options)}"
    else:
        hint = "; the model has no options"
    return Fault(Code.OPTION_UNKNOWN, f"option `{name}` is unknown{hint}", column=name)


def _expected(spec: OptionSpec) -> str:
    if spec.levels:
        return "one of " + ", ".join(spec.levels[:5])
    limits = [f"{word} {limit:g}" for word, limit in (("from", spec.min), ("to", spec.max)) if limit is not None]
    return " ".join([spec.type, *limits])


def _plain(value: object) -> OptionValue:
    if isinstance(value, tuple | list):
        return [item for item in value if isinstance(item, bool | int | float | str)]
    assert isinstance(value, bool | int | float | str)  # noqa: S101  misfit() has seen to it
    return value
