"""What a calibration has found: the best fit, its uncertainty, and what was tried."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.stats import norm

from anops_experiments.calibration.calibrating import tried_of
from anops_experiments.calibration.fitting import Surface, region_of, terms_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from anops_experiments.calibration.fitting import Tried
    from anops_experiments.calibration.space import Space
    from anops_experiments.calibration.targets import Target

_EDGE = 1e-6


def report_of(
    rows: Sequence[Mapping[str, Any]], space: Space, targets: Sequence[Target], *, level: float, seed: int
) -> dict[str, Any]:
    """Return what was found, as it can be written as JSON."""
    done = [each for each in rows if each["state"] == "done"]
    failed = [each for each in rows if each["state"] == "failed"]
    told: dict[str, Any] = {
        "done": len(done), "failed": len(failed), "level": level, "estimates": [], "best": None, "fit": {},
        "correlation": None, "notes": [], "failures": _failures(failed),
    }  # fmt: skip
    if not done:
        return told | {"notes": ["Every simulation failed, so there is no best fit."]}
    best = min(done, key=lambda each: each["loss"])
    told["best"] = {"number": best["number"], "params": best["params"], "loss": best["loss"]}
    tried, chosen = tried_of(rows, space)
    reason = _why_not(tried, targets, space)
    if reason is None:
        told |= _uncertainty(tried, space, targets, level=level, seed=seed)
    else:
        told["notes"] = [reason]
        told["estimates"] = [_estimate(name, best["params"][name]) for name in space.spans]
        runs = next(each for each in tried if each.loss == best["loss"]).runs
        told["fit"] = _fit(targets, {name: each.mean(axis=0) for name, each in runs.items()})
    told["estimates"] += [_estimate(name, value) for name, value in chosen.items()]
    if any(each.weight != 1 for each in targets) and reason is None:
        told["notes"] += ["Weights other than 1 are not part of a likelihood: the intervals are approximate."]
    return told


def _why_not(tried: Sequence[Tried], targets: Sequence[Target], space: Space) -> str | None:
    """Say why there is no interval, if there is none."""
    absolute = next((each.name for each in targets if each.loss == "absolute"), None)
    if not space.spans:
        return "No parameter has a range, so there are no intervals."
    if absolute is not None:
        return f"There are no intervals: the loss `absolute` of `{absolute}` is not a likelihood."
    needed = 2 * terms_of(len(space.spans))
    if len(tried) < needed:
        return f"There are no intervals: they need {needed} proposals that did not fail, and {len(tried)} did not."
    few = next((t.name for t in targets if t.loss == "squared" and len(t.observed) <= len(space.spans)), None)
    if few is not None:
        return f"There are no intervals: `{few}` has too few values to estimate its spread; give `sd`."
    return None


def _uncertainty(
    tried: Sequence[Tried], space: Space, targets: Sequence[Target], *, level: float, seed: int
) -> dict[str, Any]:
    region = region_of(targets, tried)
    near = [each for each in tried if region.holds(each.place)]
    if len(near) < 2 * terms_of(len(space.spans)):
        near = sorted(tried, key=lambda each: float(np.linalg.norm(each.place - region.centre)))
        near = near[: 3 * terms_of(len(space.spans))]
    surface = Surface(targets, near, region)
    best = surface.best(region.centre)
    again = surface.simulation_error(best, seed)
    estimates, notes, z = [], [], float(norm.ppf((1 + level) / 2))
    for at, (name, span) in enumerate(space.spans.items()):
        low, high = surface.interval(best, at, level)
        wide = math.hypot(1.0, 2 * z * again[at] / max(high - low, _EDGE))  # what simulating again would change
        low, high = max(0.0, best[at] - (best[at] - low) * wide), min(1.0, best[at] + (high - best[at]) * wide)
        ends = [end for end, is_there in (("lower", low <= _EDGE), ("upper", high >= 1 - _EDGE)) if is_there]
        if ends:
            notes.append(
                f"The interval of `{name}` reaches the {' and the '.join(ends)} end of its range: a wider range may "
                "hold a better fit."
            )
        share = 1 - 1 / wide**2
        estimates.append(_estimate(name, span.value(float(best[at]))) | {
            "low": span.value(low), "high": span.value(high), "simulation_share": share,
        })  # fmt: skip
    curvature = surface.curvature(best)
    covariance = np.linalg.pinv(curvature)
    spread = np.sqrt(np.maximum(np.diag(covariance), 1e-300))
    correlation = np.clip(covariance / np.outer(spread, spread), -1, 1)
    return {
        "estimates": estimates, "notes": notes, "fit": _fit(targets, surface.means(best)),
        "correlation": {"parameters": list(space.spans), "values": correlation.tolist()},
    }  # fmt: skip


def _estimate(name: str, value: object) -> dict[str, Any]:
    return {"parameter": name, "estimate": value, "low": None, "high": None, "simulation_share": None}


def _fit(targets: Sequence[Target], means: Mapping[str, Any]) -> dict[str, Any]:
    return {
        each.name: {
            "observed": each.observed.tolist(), "simulated": np.asarray(means[each.name]).tolist(),
            "keys": [", ".join(key) for key in each.keys],
        }
        for each in targets
    }  # fmt: skip


def _failures(failed: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    counted: dict[str, int] = {}
    for each in failed:
        counted[each["message"]] = counted.get(each["message"], 0) + 1
    shown = sorted(counted.items(), key=lambda each: -each[1])[:5]
    return [{"message": message, "count": count} for message, count in shown]


def write_trials(rows: Sequence[Mapping[str, Any]], target: Path) -> None:
    """Write a row for each proposal: its parameters, its distance, how it ended."""
    names = list(dict.fromkeys(name for each in rows for name in each["params"]))
    columns: dict[str, Any] = {"number": [each["number"] for each in rows]}
    for name in names:
        cells = [each["params"].get(name) for each in rows]
        if {type(each) for each in cells} == {int, float}:
            cells = [float(each) for each in cells if each is not None]
        columns[name if name not in {"number", "loss", "stage", "status", "error"} else f"{name}.in"] = cells
    columns["loss"] = pa.array([each["loss"] for each in rows], pa.float64())
    columns["stage"] = ["search" if each["trial"] is not None else "refine" for each in rows]
    columns["status"] = [{"done": "ok", "leased": "waiting"}.get(each["state"], "error") for each in rows]
    columns["error"] = pa.array([each["message"] for each in rows], pa.string())
    pq.write_table(pa.table(columns), target)


def write_report(report: Mapping[str, Any], target: Path) -> None:
    """Write what was found as JSON."""
    target.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
