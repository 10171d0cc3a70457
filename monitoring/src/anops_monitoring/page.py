"""A report as a page that stands alone: no script, nothing from elsewhere."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

if TYPE_CHECKING:
    from jinja2 import Template

_NONE = "\N{EN DASH}"


def page_of(report: dict[str, Any], title: str) -> str:
    """Return the page.

    Args:
        report: The report.
        title: What it is of.
    """
    return _template().render(report=report, title=title)


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("anops_monitoring"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": _number, "percent": _percent, "p": _p, "span": _span}
    return environment.get_template("report.html")


def _number(value: float | None) -> str:
    return _NONE if value is None else f"{value:.4g}"


def _percent(value: float | None) -> str:
    return _NONE if value is None else f"{100 * value:.3g} %"


def _p(value: float | None) -> str:
    return _NONE if value is None else "< 0.001" if value < 0.001 else f"{value:.3f}"


def _span(interval: tuple[float, float] | None, kind: str = "number") -> str:
    write = _percent if kind == "percent" else _number
    return "" if interval is None else f"{write(interval[0])} to {write(interval[1])}"
