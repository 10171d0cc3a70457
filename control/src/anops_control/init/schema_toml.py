"""A schema as the lines of `ao.toml` that a person would write: short forms, one line for each column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import tomlkit

from anops_control.init.calendar import usual_frequency

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_model_interface.schema import ColumnSpec, OptionSpec


def spec_lines(
    specs: Mapping[str, ColumnSpec] | Mapping[str, OptionSpec], remarks: Mapping[str, str] | None = None
) -> str:
    """Write columns or options, each as `name = "number"` or `name = { type = "number", min = 0 }`.

    Args:
        specs: The columns or options.
        remarks: By name, what stands as a comment behind its line.
    """
    comments = {name: f"  # {remark}" for name, remark in (remarks or {}).items()}
    return "\n".join(f"{key_text(name)} = {_spec_text(spec)}{comments.get(name, '')}" for name, spec in specs.items())


def series_lines(series: Mapping[str, object] | None) -> str:
    """Write what is known of `[series]`, and what a person must add."""
    if series is None:
        return ""
    lines = [f"{key_text(name)} = {value_text(value)}" for name, value in series.items()]
    if "frequency" not in series:
        until = "the model does not tell: forecasts have no times until it is written here"
        lines.append(f'# frequency = "{usual_frequency(series)}"  # {until}')
    if "last" not in series:
        lines.append('# last = "2026-11-01"  # the time of the last observation of the fit')
    return "\n".join(lines)


def key_text(name: str) -> str:
    """Write a key, quoted where TOML wants it, as it does for `Sepal.Length`."""
    return tomlkit.key([name]).as_string()


def value_text(value: object) -> str:
    """Write a value; a whole number without `.0`."""
    if isinstance(value, bool | str):
        return tomlkit.item(value).as_string()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key_text(name)} = {value_text(each)}" for name, each in value.items()) + " }"
    if isinstance(value, list | tuple):
        return f"[{', '.join(value_text(item) for item in value)}]"
    return tomlkit.item(value).as_string()


def _spec_text(spec: ColumnSpec | OptionSpec) -> str:
    said = spec.written()
    if set(said) == {"type"}:
        return value_text(said["type"])
    return "{ " + ", ".join(f"{key_text(key)} = {value_text(value)}" for key, value in said.items()) + " }"
