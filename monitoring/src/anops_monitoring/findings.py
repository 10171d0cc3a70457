"""What a report found, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_monitoring.baseline import Baseline
    from anops_monitoring.logged import Logged

_MEASURES = {"psi": "PSI", "jensen-shannon": "Jensen-Shannon divergence"}


def findings_of(window: dict[str, Any]) -> list[dict[str, str]]:
    """Return what a person must know of a window, each with its `kind` and `column`, what is worst first."""
    found = []
    for part, what in (("columns", "Column"), ("predictions", "Prediction")):
        for each in window[part]:
            found += _of_column(each, what)
    for each in window["coverage"]:
        if each["verdict"] not in {"as promised", "unknown"}:
            found.append({"kind": "coverage", "column": each["kind"], "says": _covered(each)})
    return found


def says_of(window: Mapping[str, Any]) -> str:
    """Return what is said of a window in which nothing was found: nothing is there, or nothing could be tested."""
    verdicts = [each["verdict"] for part in ("columns", "predictions", "coverage") for each in window[part]]
    if all(each == "unknown" for each in verdicts):
        return "Nothing could be tested."
    return "Nothing beyond chance in what could be tested." if "unknown" in verdicts else "Nothing beyond chance."


def _of_column(each: dict[str, Any], what: str) -> list[dict[str, str]]:
    found = []
    name, distance = each["column"], each["distance"]
    if each["verdict"] not in {"none", "unknown"}:
        low, high = distance["interval"]
        tested = "" if each["test"] is None else f", p {_p(each['test']['p_corrected'])}"
        says = (
            f"{what} `{name}` has moved, and the change is {each['verdict']}: {_MEASURES[distance['measure']]} "
            f"{distance['value']:.2f} ({low:.2f} to {high:.2f}){tested}."
        )
        found.append({"kind": "drift", "column": name, "says": says})
    missing = each["missing"]
    if missing is not None and (missing.get("p_corrected") or 1) < 0.05:
        before = _share(missing["baseline_share"])
        says = f"{what} `{name}` is missing in {_share(missing['share'])} of the rows, not {before}."
        found.append({"kind": "missing", "column": name, "says": says})
    if each["novel"] is not None and each["novel"]["count"]:
        examples = ", ".join(f"`{level}`" for level in each["novel"]["examples"])
        novel = _share(each["novel"]["share"])
        says = f"{what} `{name}` has levels that the model was not fitted on, in {novel} of the rows: {examples}."
        found.append({"kind": "novel", "column": name, "says": says})
    if each["outside"] is not None and each["outside"]["interval"][0] > 0.01:
        low, high = each["outside"]["seen"]
        says = f"{what} `{name}` is outside of {low} to {high} in {_share(each['outside']['share'])} of the rows."
        found.append({"kind": "outside", "column": name, "says": says})
    return found


def _covered(each: dict[str, Any]) -> str:
    low, high = each["interval"]
    held = f"{_share(each['share'])} ({_share(low)} to {_share(high)}), p {_p(each['p_corrected'])}"
    if each["kind"] == "interval":
        return (
            f"The intervals that promise {_share(each['promised'])} are {each['verdict']}: of {each['rows']} outcomes "
            f"they hold {held}."
        )
    return (
        f"The quantile {each['promised']:g} is {each['verdict']}: of {each['rows']} outcomes {held} are not above it."
    )


def notes_of(logged: Logged, baseline: Baseline, whole: Mapping[str, Any]) -> list[str]:
    """Return what limits the report."""
    notes = []
    if left_out := whole["performance"]["left_out"]:
        notes.append(
            f"Left out of the performance: {_counted(left_out, 'row')} with an outcome, asked for on another scale by "
            "options such as `type`."
        )
    if not_numbers := whole["performance"]["not_numbers"]:
        notes.append(
            f"Left out, since the outcome is not a number: {_counted(not_numbers, 'row')}. Send such an outcome again "
            "as a number: the last one counts."
        )
    if logged.without_values:
        notes.append(
            f"Logged without values, so not examined: {_counted(logged.without_values, 'row')}. Set "
            '`log_predictions = "values"` under [service] in ao.toml.'
        )
    if logged.dropped:
        notes.append(
            f"Answered but not logged: {_counted(logged.dropped, 'request')}. The service was too busy, or its store "
            "was full or could not be reached."
        )
    if logged.unknown:
        notes.append(
            f"Without a prediction in this part of the log: {_counted(logged.unknown, 'outcome')}, kept all the same."
        )
    if logged.backwards:
        notes.append(
            f"The clock of the service was set back: {_counted(logged.backwards, 'prediction')} with an earlier time "
            "than one that was made before. Weeks follow the times as they were kept."
        )
    fits = sorted({each.digest for each in logged.rows if each.digest})
    if len(fits) > 1:
        notes.append(f"The rows are those of {len(fits)} fits of the model; name one of them to see it alone.")
    elif fits and baseline.facts.get("digest") and fits != [baseline.facts["digest"]]:
        notes.append("The baseline was made with another fit of the model than the one that has predicted.")
    return notes


def _share(share: float) -> str:
    return f"{100 * share:.3g} %"


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"= {value:.3f}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
