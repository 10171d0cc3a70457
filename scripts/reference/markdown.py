"""Markdown tables, and the generated parts of a page between their marks."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_WORDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "`true` or `false`"}
_COUNTS = {1: "one", 2: "two"}
_CODE_WITH_BAR = re.compile(r"`([^`|]*\|[^`]*)`")
_PART = re.compile(r"(<!-- begin generated: (?P<name>[a-z-]+) -->\n).*?(<!-- end generated -->)", re.DOTALL)


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table.

    Args:
        headings: The first line.
        rows: The cells.
    """
    lines = [list(headings)]
    lines += [["---"] * len(lines[0]), *(list(row) for row in rows)]
    return "\n".join("| " + " | ".join(_cell(text) for text in line) + " |" for line in lines) + "\n"


def fill(page: str, parts: Mapping[str, Callable[[], str]]) -> str:
    """Write the generated parts of a page anew.

    Args:
        page: Markdown with marks: `<!-- begin generated: NAME -->` and `<!-- end generated -->`.
        parts: What makes each part, by its name.

    Raises:
        KeyError: A mark names a part that there is not.
    """
    return _PART.sub(lambda found: f"{found[1]}\n{parts[found['name']]().strip()}\n\n{found[3]}", page)


def value_text(value: object) -> str:
    """Write a default as `ao.toml` or a shell would; nothing for none."""
    if value is None or value == "" or value in ((), {}, []):
        return ""
    if isinstance(value, str):
        return f'`"{value}"`'
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def type_text(schema: Mapping[str, Any], refs: Mapping[str, str]) -> str:
    """Say in words what a JSON Schema allows.

    Args:
        schema: The schema of one property.
        refs: What stands for a definition, by the definition's name.
    """
    if "$ref" in schema:
        return refs[schema["$ref"].rsplit("/", 1)[-1]]
    if "anyOf" in schema:
        return _any_of(schema["anyOf"], refs)
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("type") == "array":
        return _list_of(schema, refs)
    if schema.get("type") == "object":
        entries = schema["additionalProperties"]
        named = [ref for name, ref in refs.items() if name in json.dumps(entries)]
        return f"table of {_plural(named[0] if named else type_text(entries, refs))}"
    text = "path" if schema.get("format") == "path" else _WORDS[str(schema.get("type"))]
    return f"{text}{_limits(schema)}"


def _any_of(schemas: Iterable[Mapping[str, Any]], refs: Mapping[str, str]) -> str:
    kinds = [type_text(schema, refs) for schema in schemas if schema.get("type") != "null"]
    scalars = set(_WORDS.values())
    if scalars <= set(kinds):
        kinds = ["value", *(kind for kind in kinds if kind not in scalars)]
    return " or ".join(dict.fromkeys(kinds))


def _list_of(schema: Mapping[str, Any], refs: Mapping[str, str]) -> str:
    if "prefixItems" not in schema:
        return f"list of {_plural(type_text(schema['items'], refs))}"
    kinds = dict.fromkeys(type_text(item, refs) for item in schema["prefixItems"])
    return f"{_COUNTS[len(schema['prefixItems'])]} {' and '.join(kinds)}s"


def _limits(schema: Mapping[str, Any]) -> str:
    least, above, most = schema.get("minimum"), schema.get("exclusiveMinimum"), schema.get("maximum")
    if least is not None and most is not None:
        return f", {_number(least)} to {_number(most)}"
    if least is not None:
        return f", at least {_number(least)}"
    return f", more than {_number(above)}" if above is not None else ""


def _plural(kind: str) -> str:
    if kind.startswith(("list of ", "table of ")):
        return kind.replace(" of ", "s of ", 1)
    if " or " in kind:
        return " or ".join(_plural(each) for each in kind.split(" or "))
    return kind if kind == "text" else f"{kind}s"


def _cell(text: str) -> str:
    """Write a cell so that every reader of Markdown shows a `|` in it, also one in code."""
    in_html = _CODE_WITH_BAR.sub(lambda found: f"<code>{found[1].replace('|', '&#124;')}</code>", text)
    return in_html.replace("|", "&#124;").replace("\n", " ")


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:g}"
