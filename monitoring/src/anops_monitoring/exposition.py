"""A report for Prometheus, in its text form: for the textfile collector, or a push gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_FAMILIES = {
    "anops_drift_psi": "Population stability index of a column against the baseline.",
    "anops_drift_p": "p value of its test, with Holm's correction for all columns.",
    "anops_drift_missing_share": "Share of rows in which it is missing.",
    "anops_drift_novel_share": "Share of rows with a level that the model was not fitted on.",
    "anops_drift_outside_share": "Share of rows outside of what the model was fitted on.",
    "anops_coverage_share": "Share of outcomes within the intervals that were promised.",
    "anops_coverage_p": "p value of that share, if the intervals were as promised; with Holm's correction.",
    "anops_performance": "A metric of predictions whose outcome is known.",
    "anops_performance_estimated": "A metric as estimated without outcomes.",
    "anops_report_rows": "Rows of the log that the report looked at.",
    "anops_report_outcomes": "Those whose outcome is known.",
}


def exposed(report: dict[str, Any], model: dict[str, str]) -> str:
    """Return a report's figures of the whole time.

    Args:
        report: The report.
        model: Labels of all figures.
    """
    samples: dict[str, list[str]] = {name: [] for name in _FAMILIES}
    for name, labels, value in _samples(report):
        if value is not None:
            told = ",".join(f'{key}="{_escaped(text)}"' for key, text in {**model, **labels}.items())
            samples[name].append(f"{name}{{{told}}} {float(value)!r}")
    lines = []
    for name, found in samples.items():
        if found:
            lines += [f"# HELP {name} {_FAMILIES[name]}", f"# TYPE {name} gauge", *found]
    return "\n".join(lines) + "\n"


def _samples(report: dict[str, Any]) -> Iterator[tuple[str, dict[str, str], float | None]]:
    yield "anops_report_rows", {}, report["rows"]
    yield "anops_report_outcomes", {}, report["outcomes"]
    whole = report["whole"]
    for part in ("columns", "predictions"):
        for each in whole[part]:
            labels = {"column": each["column"], "part": part}
            if each["distance"] is not None and each["distance"]["measure"] == "psi":
                yield "anops_drift_psi", labels, each["distance"]["value"]
            if each["test"] is not None:
                yield "anops_drift_p", labels, each["test"]["p_corrected"]
            for what in ("missing", "novel", "outside"):
                if each[what] is not None:
                    yield f"anops_drift_{what}_share", labels, each[what]["share"]
    for each in whole["coverage"]:
        labels = {"kind": each["kind"], "promised": f"{each['promised']:g}"}
        yield "anops_coverage_share", labels, each["share"]
        yield "anops_coverage_p", labels, each.get("p_corrected")
    for name, part in (("anops_performance", "performance"), ("anops_performance_estimated", "estimate")):
        for each in (whole[part] or {}).get("metrics", ()):
            yield name, {"metric": each["metric"]}, each["value"]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
