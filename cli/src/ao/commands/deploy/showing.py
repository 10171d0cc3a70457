"""Shows environments, and what changes in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ao import messages

if TYPE_CHECKING:
    from collections.abc import Mapping

_ACTIONS = {
    "create": "`{}` is to be brought up:",
    "change": "`{}` is to be changed, with no request lost:",
    "repair": "`{}` is to be restored to what was deployed.",
    "nothing": "`{}` is as ao.toml says; there is nothing to do.",
}


def show_plan(told: Mapping[str, Any]) -> None:
    """Show what changes."""
    messages.result(_ACTIONS[told["action"]].format(told["environment"]))
    for each in told["changes"]:
        if told["action"] == "create":
            for key, value in _flat(each["key"], each["becomes"]):
                messages.result(f"  + {key} = {_text(value)}")
        else:
            was, becomes = (dict(_flat(each["key"], each[which])) for which in ("was", "becomes"))
            for key in was | becomes:
                messages.result(f"  ~ {key}: {_text(was.get(key))} → {_text(becomes.get(key))}")
    show_drift(told["drift"])


def show_drift(drift: list[str]) -> None:
    """Show what was changed by hand."""
    for each in drift:
        messages.warning(f"Different from what was deployed: {each}")


def show_state(told: Mapping[str, Any]) -> None:
    """Show an environment in a few lines."""
    for each in told["waiting"]:
        which = f"version {each['version']} of {each['from']}, since {each['begun']}"
        messages.note(f"A promotion into {told['environment']} waits for approval: {which}")
    if told["state"] == "down":
        messages.result(f"{told['environment']}: down")
        return
    if told["state"] == "unknown":
        messages.result(f"{told['environment']}: unknown")
        messages.warning(told["why"])
        if told["remedy"]:
            messages.note(told["remedy"])
        return
    why = f" ({told['why']})" if told["why"] else ""
    url = f", {told['url']}" if told["url"] else ""
    messages.result(f"{told['environment']}: {told['state']}{why}; {told['provider']}{url}")
    messages.result(f"  {model_text(told['model'])}; change {told['serial']}")
    if beside := told["challenger"]:
        how = "as a shadow" if beside["shadow"] else f"with {beside['share']:.0%} of the requests"
        messages.result(f"  challenger: {model_text(beside['model'])}, {how}")
    for each in told["replicas"]:
        messages.result(f"  {each['name']}: {each['state']}, version {each['version']}")
    show_drift(told["drift"])


def model_text(model: Mapping[str, Any]) -> str:
    """Say which version it is."""
    return f"{model['name']}/{model['number']} (version {model['version']}, {model['digest'][:19]})"


def _flat(key: str, value: Any) -> list[tuple[str, Any]]:  # noqa: ANN401  anything that JSON can hold
    if isinstance(value, dict):
        return [found for name, each in value.items() for found in _flat(f"{key}.{name}", each)]
    return [] if value is None else [(key, value)]


def _text(value: Any) -> str:  # noqa: ANN401  anything that JSON can hold
    if isinstance(value, bool):
        return str(value).lower()
    return "nothing" if value is None else ", ".join(map(str, value)) if isinstance(value, list) else str(value)
