"""The list of all verbs, from which the command line and the control service are made."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from anops_control.verbs.verb import Verb

NAMES = (
    *(
        "backup",
        "bench",
        "build",
        "check",
        "client",
        "config",
        "init",
        "lineage",
        "maturity",
        "plot",
        "predict",
        "refit",
        "restore",
        "run",
        "sbom",
    ),
    *("serve", "status", "train", "upgrade"),
    *("ci init", "verify", "version"),
    *("bundle build", "bundle pull", "bundle push", "bundle show"),
    *("deploy apply", "deploy approve", "deploy compare", "deploy down", "deploy logs", "deploy plan"),
    *("deploy promote", "deploy render", "deploy rollback", "deploy status"),
    *("data add", "data diff", "data list", "data pull", "data push", "data remove", "data show"),
    *("features define", "features get", "features materialize", "features show"),
    *(
        "model card",
        "model compare",
        "model demote",
        "model hold",
        "model list",
        "model promote",
        "model pull",
        "model register",
    ),
    *("model remove", "model rollback", "model show"),
    *("monitor alerts", "monitor baseline", "monitor forget", "monitor incidents", "monitor outcomes", "monitor roll"),
    *("monitor report", "monitor retrain", "monitor status"),
    *("sim calibrate", "sim cancel", "sim plan", "sim results", "sim resume", "sim run", "sim status"),
    *("series backtest", "series forecast", "series observe", "series plot"),
    *("runs compare", "runs list", "runs plot", "runs show"),
    *("schedule export", "schedule history", "schedule list", "schedule next", "schedule run", "schedule start"),
    "schedule stop",
    *("workspace connect", "workspace down", "workspace list", "workspace port-forward", "workspace scale"),
    *("workspace status", "workspace up"),
)
"""Those about a project, each with the name of its module here; the control service has an endpoint for each."""
OF_AO = ("extra add", "extra list", "extra remove")
"""Those about the environment of `ao` itself, which no client of a service may change."""


def verb(name: str) -> Verb[Any, Any]:
    """Return a verb; only what it needs is imported."""
    module = name.replace(" ", ".").replace("-", "_")
    return cast("Verb[Any, Any]", import_module(f"anops_control.verbs.{module}").VERB)
