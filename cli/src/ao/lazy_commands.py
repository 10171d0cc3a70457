"""The list of commands, each imported only when it is used, so that `ao --help` is quick."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer
from anops_control.surroundings import Surroundings, surrounded
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from ao.failures import guard
from ao.given_once import GivenOnceCommand
from ao.usage_errors import explain, unknown_command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


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


_WAY = "The way from a fitted model to an answer"
_LOOK = "See how a served model does"
_CHANGE = "Data, fits and versions"
_OUT = "Images, access, and other programs"
_TRY = "Simulations"
_OWN = "The tool itself"
ENTRIES = (
    Entry("init", _WAY, "1 · Make a project from your fitted model (.rds, .joblib, …)."),
    Entry("check", _WAY, "2 · Check it: settings, code, tests and predictions."),
    Entry("serve", _WAY, "3 · Serve it on this computer, over HTTP."),
    Entry("predict", _WAY, "4 · Send a CSV file to it and get the predictions."),
    Entry("status", _LOOK, "Show how a running service is."),
    Entry("bench", _LOOK, "Put load on a running service, and see what follows."),
    Entry("plot", _LOOK, "Show how the prediction moves with a column."),
    Entry(
        "monitor",
        _LOOK,
        "Tell by statistics how a served model fares.",
        (
            Entry("alerts", "", "Look at the alerts of ao.toml, and tell of incidents."),
            Entry("baseline", "", "Keep rows of the fit, to compare later rows with."),
            Entry("forget", "", "Delete what is kept of somebody."),
            Entry("incidents", "", "List what alerts have found."),
            Entry("outcomes", "", "Keep what came true of predictions."),
            Entry("report", "", "Tell of drift, promised intervals and errors."),
            Entry("retrain", "", "Fit the model anew, and promote it by the rule."),
            Entry("status", "", "Show what is kept."),
        ),
    ),
    Entry(
        "series",
        _LOOK,
        "Forecast time series, tell what was observed, judge forecasts.",
        (
            Entry("observe", "", "Tell a service what was observed."),
            Entry("forecast", "", "Get a forecast with intervals."),
            Entry("backtest", "", "Judge forecasts by what came later."),
            Entry("plot", "", "Draw observations and forecast as a fan."),
        ),
    ),
    Entry("train", _CHANGE, "Fit the model anew by the steps of train.py or train.R."),
    Entry("refit", _CHANGE, "Take in a model that was fitted anew."),
    Entry("run", _CHANGE, "Run a task of ao.toml, such as fitting the model again."),
    Entry(
        "data",
        _CHANGE,
        "Keep datasets: versions, descriptions, differences.",
        (
            Entry("add", "", "Keep a file of rows as a version."),
            Entry("list", "", "List the datasets."),
            Entry("show", "", "Show columns, source and versions of one."),
            Entry("diff", "", "Tell two versions apart."),
            Entry("pull", "", "Write a version into a file."),
            Entry("push", "", "Copy a dataset to another board."),
            Entry("remove", "", "Remove a dataset or a version."),
        ),
    ),
    Entry(
        "model",
        _CHANGE,
        "Keep versions of models, promote them, take them back.",
        (
            Entry("register", "", "Keep the project's model as a new version."),
            Entry("list", "", "List models, or the versions of one."),
            Entry("show", "", "Show what is known of a version."),
            Entry("card", "", "Write what is known of it as a page."),
            Entry("compare", "", "Compare two versions by statistics."),
            Entry("promote", "", "Let an alias point to a version that passes its gates."),
            Entry("rollback", "", "Let an alias point again to the version before."),
            Entry("demote", "", "Take an alias away."),
            Entry("hold", "", "Hold an alias where it is, or a version back."),
            Entry("pull", "", "Copy a version's project into a folder."),
            Entry("remove", "", "Remove a version, or a model with all its versions."),
        ),
    ),
    Entry(
        "runs",
        _CHANGE,
        "Look at what trainings and tasks were made of, and showed.",
        (
            Entry("list", "", "List the runs of the project."),
            Entry("show", "", "Show what is known of a run."),
            Entry("compare", "", "Put runs side by side."),
            Entry("plot", "", "Draw a metric by its steps."),
        ),
    ),
    Entry(
        "features",
        _CHANGE,
        "Keep values that are right at the time they are used.",
        (
            Entry("define", "", "Write a feature view into ao.toml."),
            Entry("materialize", "", "Keep the newest values for use online."),
            Entry("get", "", "Get features of rows as of their times, or of an entity."),
            Entry("show", "", "Show the feature views."),
        ),
    ),
    Entry(
        "schedule",
        _CHANGE,
        "Run things at times, such as each night.",
        (
            Entry("list", "", "List the schedules of ao.toml."),
            Entry("next", "", "Show the next times."),
            Entry("start", "", "Run what is due, until you stop it."),
            Entry("stop", "", "Stop it from elsewhere."),
            Entry("run", "", "Run one now."),
            Entry("history", "", "Show which runs there were, and what one said."),
            Entry("export", "", "Write them for cron, systemd, Kubernetes or Airflow."),
        ),
    ),
    Entry("lineage", _CHANGE, "Tell where a prediction, version or dataset comes from."),
    Entry("maturity", _OUT, "Show how far operations have come, and what lacks."),
    Entry("build", _OUT, "Build the project's container image, test it, and push it."),
    Entry(
        "deploy",
        _OUT,
        "Bring registered versions into service: dev, test, live.",
        (
            Entry("plan", "", "Show what would change; nothing is done."),
            Entry("apply", "", "Make an environment what ao.toml says."),
            Entry("status", "", "Show what runs, and what was changed by hand."),
            Entry("logs", "", "Show what its services have said."),
            Entry("rollback", "", "Bring back what ran before."),
            Entry("down", "", "Take one down; nothing is left."),
            Entry("promote", "", "Bring what runs in one into another."),
            Entry("compare", "", "Compare a challenger with what runs."),
            Entry("approve", "", "Approve a promotion that waits."),
            Entry("render", "", "Write what one is made of as files."),
        ),
    ),
    Entry(
        "ci",
        _OUT,
        "Let a build server check each change.",
        (Entry("init", "", "Write what it does: testing, validation, security."),),
    ),
    Entry("sbom", _OUT, "List what is installed in an image (SBOM)."),
    Entry("verify", _OUT, "Tell whether an image is signed by somebody you trust."),
    Entry(
        "key",
        _OUT,
        "Make, show and revoke the keys that open a service.",
        (
            Entry("add", "", "Make a key."),
            Entry("list", "", "Show the keys, and what each allows."),
            Entry("revoke", "", "Revoke a key."),
        ),
    ),
    Entry("backup", _OUT, "Keep everything that a project has in one file."),
    Entry("restore", _OUT, "Bring a project back from a backup."),
    Entry("upgrade", _OUT, "Bring what an earlier AnOps has kept up to date."),
    Entry("client", _OUT, "Get the R package that asks a served model."),
    Entry("control", _OUT, "Let programs use all of this over REST."),
    Entry(
        "sim",
        _TRY,
        "Run simulations: a function, many parameters, many seeds.",
        (
            Entry("plan", "", "Show what a run would do."),
            Entry("run", "", "Run what is not finished."),
            Entry("status", "", "Show how far it is."),
            Entry("results", "", "Write the results into a file."),
            Entry("cancel", "", "End a run; what is finished is kept."),
            Entry("resume", "", "Go on with a run that was ended."),
            Entry("calibrate", "", "Find the parameters that fit what was observed."),
        ),
    ),
    Entry(
        "bundle",
        _TRY,
        "Keep the code and data of experiments in a registry.",
        (
            Entry("build", "", "Show what goes in, and its digest."),
            Entry("push", "", "Push it to a registry."),
            Entry("pull", "", "Take one out of a registry."),
            Entry("show", "", "Show what one in a registry holds."),
        ),
    ),
    Entry(
        "workspace",
        _TRY,
        "Bring up clusters on which simulations run.",
        (
            Entry("up", "", "Bring one up."),
            Entry("list", "", "List them."),
            Entry("status", "", "Show how one is, and how many workers it has."),
            Entry("connect", "", "Show how its scheduler is reached."),
            Entry("port-forward", "", "Show its dashboard on a port of this computer."),
            Entry("scale", "", "Change how many workers it has."),
            Entry("down", "", "Take it down; nothing is left."),
        ),
    ),
    Entry(
        "extra",
        _OWN,
        "Add what only some people need, such as R models.",
        (
            Entry("list", "", "List what can be added, and what is there."),
            Entry("add", "", "Add something."),
            Entry("remove", "", "Take it out again."),
        ),
    ),
    Entry("config", _OWN, "Show every setting, and where its value comes from."),
)


def every_command() -> Iterator[tuple[tuple[str, ...], Entry]]:
    """Yield each command with the words that are typed behind `ao`."""
    for entry in ENTRIES:
        if not entry.children:
            yield (entry.name,), entry
        for child in entry.children:
            yield (entry.name, child.name), child


class LazyCommand(TyperCommand):
    """Stands for a command in the help, and imports it when it is called."""

    def __init__(self, entry: Entry, group: str = "") -> None:
        super().__init__(entry.name, help=entry.summary, rich_help_panel=entry.panel or None)
        self._group = group

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:  # noqa: ANN401  Typer's own types are private
        """Hand over to the command itself."""
        words = [word for word in (self._group, str(self.name)) if word]
        command = _import(words)
        try:
            return command.make_context(info_name, args, parent=parent, **extra)
        except typer.TyperException as error:
            raise explain(error, " ".join(["ao", *words])) from error


class _Group(TyperGroup):
    """Finds commands lazily."""

    entries: tuple[Entry, ...] = ()
    path = "ao"

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002  Typer's own types are private
        """Return the commands' names in the order of the help."""
        return [entry.name for entry in self.entries]

    def get_command(self, ctx: Any, cmd_name: str) -> LazyCommand | LazyGroup | None:  # noqa: ANN401, ARG002
        """Return the command of that name, not imported yet."""
        entry = next((entry for entry in self.entries if entry.name == cmd_name), None)
        if entry is None:
            return None
        return LazyGroup(entry) if entry.children else LazyCommand(entry, self.path.removeprefix("ao").strip())

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401  Typer's own types are private
        """Find the command, or say which one was likely meant."""
        names = self.list_commands(ctx)
        if args[0] not in names and not ctx.resilient_parsing:
            raise unknown_command(args[0], names, self.path)
        return super().resolve_command(ctx, args)


class LazyGroup(_Group):
    """A command that has commands, such as `ao key`; without one of them it shows its help."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(name=entry.name, help=entry.summary, rich_markup_mode="markdown", rich_help_panel=entry.panel)
        self.entries = entry.children
        self.path = f"ao {entry.name}"

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  Typer's own types are private
        """Read the command line."""
        return super().parse_args(ctx, args or ["--help"])


class CommandGroup(_Group):
    """`ao` itself: finds commands lazily, and lets no exception out."""

    entries = ENTRIES

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, *_: Any, **extra: Any) -> Any:  # noqa: ANN401, ARG002
        """Run `ao` and exit with the code of what happened."""
        run = super().main
        extra["standalone_mode"] = False
        with surrounded(Surroundings.of(os.environ)):
            raise SystemExit(guard(lambda: run(args, "ao", **extra)))


def function_of(words: Sequence[str]) -> tuple[Callable[..., Any], str | None]:
    """Return the function of a command, and its examples.

    Args:
        words: The command as it is typed behind `ao`.
    """
    name = words[-1].replace("-", "_")
    module = import_module(".".join(["ao.commands", *words[:-1], name]))
    # `list` has its name from Python already
    return getattr(module, name if hasattr(module, name) else f"{name}_"), getattr(module, "EPILOG", None)


def _import(words: Sequence[str]) -> Any:  # noqa: ANN401  Typer's own types are private
    function, examples = function_of(words)
    single = typer.Typer(add_completion=False, rich_markup_mode="markdown")
    single.command(words[-1], cls=GivenOnceCommand, epilog=examples)(function)
    return get_command(single)
