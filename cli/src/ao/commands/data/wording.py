"""How sizes, shares and columns of datasets are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anops_model_interface.schema import ColumnSpec

_SHOWN = 5


def size_of(size: float) -> str:
    """Return a size as a person writes it."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.3g} {unit}" if unit != "bytes" else f"{int(size)} {unit}"
        size /= 1000
    return f"{size:.3g} TB"


def share_of(share: float) -> str:
    """Return a share in percent."""
    return f"{100 * share:.3g} %"


def values_of(spec: ColumnSpec) -> str:
    """Return what values a column has."""
    parts = []
    if spec.levels is not None:
        rest = len(spec.levels) - _SHOWN
        shown = ", ".join(spec.levels[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
        parts.append(f"{shown} (ordered)" if spec.ordered else shown)
    if spec.seen is not None:
        low, high = (f"{end:.10g}" if isinstance(end, int | float) else end for end in spec.seen)
        parts.append(f"{low} to {high}")
    if spec.unit:
        parts.append(spec.unit)
    if spec.timezone:
        parts.append(spec.timezone)
    return " ".join(parts)
