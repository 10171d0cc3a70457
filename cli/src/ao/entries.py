"""The commands of `ao` as its help lists them, with one line about each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Entry:
    """One command in the help of `ao`.

    Attributes:
        name: What a person types.
        panel: The heading it stands under.
        summary: One line.
        children: The commands of a group, such as `ao key add`; a command itself has none.
    """

    name: str
    panel: str
    summary: str
    children: tuple[Entry, ...] = ()


_WAY = "From a fitted model to predictions"
_LOOK = "Observe a running model"
_CHANGE = "Data, training and versions"
_OUT = "Deployment and access"
_TRY = "Simulations"
_OWN = "The tool itself"
ENTRIES = (
    Entry("init", _WAY, "1 · Make a project from your fitted model (.rds, .joblib, …)."),
    Entry("check", _WAY, "2 · Check it: settings, code, tests and predictions."),
    Entry("serve", _WAY, "3 · Serve it on this computer, over HTTP."),
    Entry("predict", _WAY, "4 · Send it a file of rows and get the predictions."),
    Entry("status", _LOOK, "Show the state of a running service."),
    Entry("bench", _LOOK, "Measure how much load a service can take."),
    Entry("plot", _LOOK, "Plot how the prediction changes with a column."),
    Entry(
        "monitor",
        _LOOK,
        "Detect drift and measure prediction errors.",
        (
            Entry("alerts", "", "Check the alerts of ao.toml, and report incidents."),
            Entry("baseline", "", "Store the training data to compare later data with."),
            Entry("forget", "", "Delete the logged data of a person."),
            Entry("incidents", "", "List what alerts have found."),
            Entry("outcomes", "", "Store the observed outcomes of predictions."),
            Entry("report", "", "Report drift, interval coverage and errors."),
            Entry("retrain", "", "Refit the model, and promote it by the rule."),
            Entry("roll", "", "Roll the log into Parquet files by month."),
            Entry("status", "", "Show what is stored."),
        ),
    ),
    Entry(
        "series",
        _LOOK,
        "Forecast time series and evaluate the forecasts.",
        (
            Entry("observe", "", "Send observations to a service."),
            Entry("forecast", "", "Get a forecast with intervals."),
            Entry("backtest", "", "Evaluate forecasts on past data."),
            Entry("plot", "", "Draw observations and forecast as a fan chart."),
        ),
    ),
    Entry("train", _CHANGE, "Fit the model with the steps of train.py or train.R."),
    Entry("refit", _CHANGE, "Update the project after you refitted the model."),
    Entry("run", _CHANGE, "Run a task of ao.toml, such as refitting the model."),
    Entry(
        "data",
        _CHANGE,
        "Store datasets in versions and compare them.",
        (
            Entry("add", "", "Store a file as a new version."),
            Entry("list", "", "List the datasets."),
            Entry("show", "", "Show columns, source and versions of one."),
            Entry("diff", "", "Compare two versions."),
            Entry("pull", "", "Write a version to a file."),
            Entry("push", "", "Copy a dataset to another board."),
            Entry("remove", "", "Remove a dataset or a version."),
        ),
    ),
    Entry(
        "model",
        _CHANGE,
        "Store versions of models, promote and roll back.",
        (
            Entry("register", "", "Store the project as a new version."),
            Entry("list", "", "List models, or the versions of one."),
            Entry("show", "", "Show the details of a version."),
            Entry("card", "", "Write a page about a version."),
            Entry("compare", "", "Compare two versions by statistics."),
            Entry("promote", "", "Move an alias to a version that passes its gates."),
            Entry("rollback", "", "Move an alias back to the previous version."),
            Entry("demote", "", "Remove an alias."),
            Entry("hold", "", "Hold an alias where it is, or a version back."),
            Entry("pull", "", "Copy a version's project into a folder."),
            Entry("remove", "", "Remove a version, or a model with all its versions."),
        ),
    ),
    Entry(
        "runs",
        _CHANGE,
        "Look at the inputs and results of training runs.",
        (
            Entry("list", "", "List the runs of the project."),
            Entry("show", "", "Show the details of a run."),
            Entry("compare", "", "Compare runs."),
            Entry("plot", "", "Plot a metric by its steps."),
        ),
    ),
    Entry(
        "features",
        _CHANGE,
        "Join and store features, correct for their time.",
        (
            Entry("define", "", "Write a feature view into ao.toml."),
            Entry("materialize", "", "Store the latest values for use online."),
            Entry("get", "", "Get the features of rows or of an entity."),
            Entry("show", "", "Show the feature views."),
        ),
    ),
    Entry(
        "schedule",
        _CHANGE,
        "Run tasks at set times, such as every night.",
        (
            Entry("list", "", "List the schedules of ao.toml."),
            Entry("next", "", "Show the next times."),
            Entry("start", "", "Run what is due, until you stop it."),
            Entry("stop", "", "Stop it from elsewhere."),
            Entry("run", "", "Run one now."),
            Entry("history", "", "Show past runs, or the log of one."),
            Entry("export", "", "Write them for cron, systemd, Kubernetes or Airflow."),
        ),
    ),
    Entry("lineage", _CHANGE, "Trace where a prediction, version or dataset comes from."),
    Entry("maturity", _OUT, "Show the MLOps maturity level, and what is missing."),
    Entry("build", _OUT, "Build the project's container image, test it, and push it."),
    Entry(
        "deploy",
        _OUT,
        "Deploy registered versions: dev, test, live.",
        (
            Entry("plan", "", "Show what would change, without changing it."),
            Entry("apply", "", "Bring an environment to the state in ao.toml."),
            Entry("status", "", "Show what is running and what was changed by hand."),
            Entry("logs", "", "Show the logs of its services."),
            Entry("rollback", "", "Restore the previous version."),
            Entry("down", "", "Stop and remove an environment."),
            Entry("promote", "", "Deploy what runs in one environment to another."),
            Entry("compare", "", "Compare a challenger with what runs."),
            Entry("approve", "", "Approve a promotion that is waiting."),
            Entry("render", "", "Write its configuration as files."),
        ),
    ),
    Entry(
        "ci",
        _OUT,
        "Set up a build server that checks each change.",
        (Entry("init", "", "Write its jobs: testing, validation, security."),),
    ),
    Entry("sbom", _OUT, "List what is installed in an image (SBOM)."),
    Entry("verify", _OUT, "Check whether someone you trust signed an image."),
    Entry(
        "key",
        _OUT,
        "Create, list and revoke access keys.",
        (
            Entry("add", "", "Create a key."),
            Entry("list", "", "List the keys and what each allows."),
            Entry("revoke", "", "Revoke a key."),
        ),
    ),
    Entry("backup", _OUT, "Back up everything that a project has in one file."),
    Entry("restore", _OUT, "Restore a project from a backup."),
    Entry("upgrade", _OUT, "Update what an earlier AnOps has stored."),
    Entry("client", _OUT, "Get the R or Python client for a served model."),
    Entry("control", _OUT, "Offer all commands to programs over REST."),
    Entry(
        "sim",
        _TRY,
        "Run simulations: a function, many parameters, many seeds.",
        (
            Entry("plan", "", "Show what a run would do."),
            Entry("run", "", "Run an experiment, or what is missing of it."),
            Entry("status", "", "Show the progress of a run."),
            Entry("results", "", "Write the results to a file."),
            Entry("cancel", "", "Stop a run; finished results are kept."),
            Entry("resume", "", "Continue a stopped run."),
            Entry("calibrate", "", "Find the parameters that fit the observations."),
        ),
    ),
    Entry(
        "bundle",
        _TRY,
        "Share the code and data of experiments.",
        (
            Entry("build", "", "Show the contents and the digest."),
            Entry("push", "", "Upload a bundle to a registry."),
            Entry("pull", "", "Download a bundle from a registry."),
            Entry("show", "", "List the contents of a bundle."),
        ),
    ),
    Entry(
        "workspace",
        _TRY,
        "Start clusters for simulations.",
        (
            Entry("up", "", "Start a workspace."),
            Entry("list", "", "List the workspaces."),
            Entry("status", "", "Show the state and the workers of one."),
            Entry("connect", "", "Show how to connect to its scheduler."),
            Entry("port-forward", "", "Open its dashboard on a port of this computer."),
            Entry("scale", "", "Change the number of workers."),
            Entry("down", "", "Stop and remove a workspace."),
        ),
    ),
    Entry(
        "extra",
        _OWN,
        "Add optional parts, such as support for R models.",
        (
            Entry("list", "", "List the extras and whether they are installed."),
            Entry("add", "", "Install an extra."),
            Entry("remove", "", "Remove an extra."),
        ),
    ),
    Entry("config", _OWN, "Show every setting and where its value comes from."),
    Entry("version", _OWN, "Show the versions of AnOps, R, Python and the model."),
)


def every_command() -> Iterator[tuple[tuple[str, ...], Entry]]:
    """Yield each command with the words that are typed behind `ao`."""
    for entry in ENTRIES:
        if not entry.children:
            yield (entry.name,), entry
        for child in entry.children:
            yield (entry.name, child.name), child
