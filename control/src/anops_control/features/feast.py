"""Features of a Feast repository, for `ao features`: they are defined and filled there, and read here."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.feast_features import FeastFeatures, is_feast
from anops_model_interface.feature_store import judged

from anops_control.errors import CommandError
from anops_control.suggestions import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from anops_model_interface.feature_store import View

    from anops_control.configuration import Configuration


@contextmanager
def feast_told() -> Iterator[None]:
    """Tell what goes wrong with Feast as a command's error.

    Raises:
        CommandError: Feast can't be asked.
    """
    try:
        yield
    except OSError as error:
        raise CommandError(
            f"The store of features can't be used: {error}.",
            remedy="Name the repository and a Python that has Feast under [service] in ao.toml: "
            'feature_store = "feast:FOLDER?python=feast-env/bin/python".',
            code=Code.STORE_UNUSABLE,
        ) from error


@contextmanager
def feast_at(store: str) -> Iterator[FeastFeatures]:
    """Give a Feast repository, and end its process after that.

    Raises:
        CommandError: Feast can't be asked.
    """
    with feast_told():
        feast = FeastFeatures(store)
        try:
            yield feast
        finally:
            feast.close()


def require_own(configuration: Configuration) -> None:
    """See to it that features are not kept by Feast.

    Raises:
        CommandError: They are.
    """
    if is_feast(configuration.project.service.feature_store or ""):
        raise CommandError(
            "The features of this project are in a Feast repository, where they are defined and filled.",
            remedy="Change them there, with `feast apply` and `feast materialize-incremental`, or take `feature_store` "
            "out of [service] in ao.toml.",
            code=Code.USAGE,
        )


def require_names(names: Sequence[str]) -> None:
    """See to it that a feature is named.

    Raises:
        CommandError: None is.
    """
    if not names:
        raise CommandError("Name a feature, such as `accounts.balance`.", code=Code.USAGE)


def newest_in(store: str, names: Sequence[str], key: Mapping[str, Any]) -> dict[str, Any]:
    """Return the newest values of an entity by view: `state`, `time`, `values`.

    Raises:
        CommandError: Feast can't be asked, there is no such feature, or the key lacks a column.
    """
    require_names(names)
    now, told = datetime.now(UTC), dict[str, Any]()
    with feast_at(store) as feast:
        for name, asked in wanted_of(names).items():
            view = required_view(feast, name, asked)
            if lacking := [each for each in view.entity if each not in key]:
                raise CommandError(
                    f"The key lacks `{lacking[0]}`, by which Feast's view `{name}` knows its entities.", code=Code.USAGE
                )
            (found,) = feast.get(name, [[key[each] for each in view.entity]])
            counts = judged(found, view, now)
            values = dict.fromkeys(view.features) if counts.state in {"stale", "future"} else counts.values
            told[name] = {
                "feast": store,
                "state": counts.state,
                "time": None if counts.time is None else counts.time.isoformat(),
                "values": {each: value for each, value in values.items() if not asked or each in asked},
            }
    return told


def shown_in(store: str, names: Sequence[str]) -> list[dict[str, Any]]:
    """Return the views of a repository: `name`, `entity`, `features`, `ttl`.

    Raises:
        CommandError: Feast can't be asked, or there is no such view.
    """
    with feast_at(store) as feast:
        views = {each["name"]: each for each in feast.views()}
    for name in names:
        if name not in views:
            raise _no_view(name, list(views))
    chosen = [views[name] for name in names or views]
    return [{**each, "feast": store, "ttl": None if each["ttl"] is None else f"{each['ttl']:g} s"} for each in chosen]


def wanted_of(names: Sequence[str]) -> dict[str, list[str]]:
    """Return what is wanted by view; no feature named means all of it."""
    found: dict[str, list[str]] = {}
    for each in names:
        view, dot, feature = each.partition(".")
        found.setdefault(view, []).extend([feature] if dot else [])
    whole = {each for each in names if "." not in each}
    return {view: [] if view in whole else features for view, features in found.items()}


def required_view(feast: FeastFeatures, name: str, asked: Sequence[str]) -> View:
    """Return a view that has some features.

    Raises:
        CommandError: There is none, or it lacks one.
    """
    view = feast.view(name)
    if view is None:
        raise _no_view(name, [each["name"] for each in feast.views()])
    for each in asked:
        if each not in view.features:
            guess = nearest(each, view.features)
            raise CommandError(
                f"Feast's view `{name}` has no feature `{each}`.",
                details=[f"It has: {', '.join(view.features)}."],
                remedy=f"Did you mean `{name}.{guess}`?" if guess else None,
                code=Code.COLUMN_MISSING,
            )
    return view


def _no_view(name: str, known: Sequence[str]) -> CommandError:
    guess = nearest(name, known)
    return CommandError(
        f"There is no view `{name}` in the Feast repository.",
        remedy=f"Did you mean `{guess}`?" if guess else f"There are: {', '.join(known)}." if known else None,
        code=Code.USAGE,
    )
