"""Shows workspaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from ao import messages

if TYPE_CHECKING:
    from collections.abc import Mapping

_STAGES = {
    "spec": "Spec: the provider and what was asked for",
    "ir": "Intermediate representation: what it is made of, wherever it runs",
}


def workers_text(told: Mapping[str, Any]) -> str:
    """Say how many workers there may be."""
    least, most = told["min_workers"], told["max_workers"]
    return f"{least} to {most} workers" if least != most else f"{most} worker{'s' if most > 1 else ''}"


def show_stages(told: Mapping[str, Any]) -> None:
    """Show what each stage makes of a workspace."""
    for stage, title in _STAGES.items():
        messages.result(f"# {title}\n{_yaml(told[stage])}")
    messages.result("# Form: what the provider is given")
    for name, content in told["form"].items():
        text = content if isinstance(content, str) and "\n" in content else _yaml({name: content})
        messages.result(f"# {name}\n{text}" if text is content else text)
    messages.note("Nothing was done.")


def show_state(told: Mapping[str, Any]) -> None:
    """Show a workspace in a line or two."""
    why = f" ({told['why']})" if told["why"] else ""
    messages.result(f"{told['name']}: {told['state']}{why}; {told['provider']}, {workers_text(told)}")


def _yaml(value: object) -> str:
    return str(yaml.safe_dump(value, sort_keys=False, allow_unicode=True)).rstrip()
