"""The models of one service: which one a request means, and whether all can be asked."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import quote

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem, shortened
from anops_model_interface.words import quoted

from anops_api_service.logs import log
from anops_api_service.models.versions import version_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_api_service.models.served_model import ServedModel

_Key = tuple[str, str]
"""Name and version."""


_MOST_LISTED = 8
_LOOK_SECONDS = 0.02


class Models:
    """All models of a service, by name and version.

    A model is known by what its server says of it. One whose server is away is remembered, so that who asks for it
    learns that it is away, and not that there is none.

    Attributes:
        served: All of them, in the order of the addresses.
    """

    def __init__(self, served: Sequence[ServedModel], *, default: str = "") -> None:
        """Know none of them yet.

        Args:
            served: The models, one for each address.
            default: NAME or NAME/VERSION of the one that is asked where a request names none; empty: the only one.
        """
        self.served = tuple(served)
        self._default_name, _, self._default_version = default.partition("/")
        self._claims: dict[_Key, ServedModel] = {}
        self._of: dict[ServedModel, _Key] = {}
        self._default: ServedModel | None = None
        for one in self.served:
            one.changed = self._sort
        self._sort()

    async def follow(self) -> None:
        """Keep up with all servers until cancelled."""
        async with asyncio.TaskGroup() as group:
            for one in self.served:
                group.create_task(one.follow())

    async def all_ready(self) -> None:
        """Wait until all of them can be asked."""
        while self.problem is not None:  # noqa: ASYNC110  each model has its own reasons, and none tells
            await asyncio.sleep(_LOOK_SECONDS)

    @property
    def problem(self) -> Problem | None:
        """Why not all models are ready; None where they are."""
        away = [(one, one.problem) for one in self.served if one.problem is not None]
        if not away:
            return None
        first = away[0][1]
        if len(self.served) == 1 or first is None:
            return first
        told = " ".join(f"{self.title(one)}: {problem.message}" for one, problem in away if problem is not None)
        return Problem(
            Code.NOT_READY, f"{len(away)} of {len(self.served)} models are not ready. {told}", remedy=first.remedy
        )

    def identity(self, one: ServedModel) -> tuple[str, str] | None:
        """Return a model's name and version, as they were known last; None where they never were."""
        return self._of.get(one)

    def title(self, one: ServedModel) -> str:
        """Return a model's name and version, or its address while they are not known."""
        return " ".join(self._of[one]).rstrip() if one in self._of else one.upstream.url

    def path(self, one: ServedModel) -> str | None:
        """Return the path of a model, which names its version; None while it is not known."""
        if one not in self._of or self._claims.get(self._of[one]) is not one:
            return None
        name, version = self._of[one]
        return f"/models/{quote(name, safe='')}" + (f"/versions/{quote(version, safe='')}" if version else "")

    def asked(self, parameters: Mapping[str, str] | None) -> ServedModel:
        """Return the model that a request means.

        Args:
            parameters: What its path says: `name` and perhaps `version`; None or nothing for the default model.

        Raises:
            AnOpsError: `MODEL_NOT_FOUND`: there is none, or several; `NOT_READY`: it is not known yet which.
        """
        if parameters and "name" in parameters:
            return self.find(parameters["name"], parameters.get("version"))
        return self._default if self._default is not None else self.default()

    def default(self) -> ServedModel:
        """Return the model that is asked where a request names none.

        Raises:
            AnOpsError: As `asked()`.
        """
        if len(self.served) == 1:
            return self.served[0]
        if self._default_name:
            return self.find(self._default_name, self._default_version or None)
        names = self._names()
        if len(names) == 1:
            self._all_must_be_known(f"whether there is another model than `{names[0]}`")
            return self.find(names[0])
        self._all_must_be_known("which models there are")
        raise AnOpsError(
            Code.MODEL_NOT_FOUND,
            f"This service has several models, and none of them is the default: {quoted(names, most=_MOST_LISTED)}.",
            remedy=f"Name one in the path, such as /models/{quote(names[0], safe='')}/predict; or start the "
            f"api-service with a default: --default-model {names[0]}.",
        )

    def find(self, name: str, version: str | None = None) -> ServedModel:
        """Return a model by its name.

        Args:
            name: The name.
            version: The version; None: the one that the default names, else the highest whose server is there.

        Raises:
            AnOpsError: As `asked()`.
        """
        if version is None and name == self._default_name and self._default_version:
            version = self._default_version
        if version is not None:
            if (name, version) in self._claims:
                return self._claims[name, version]
        elif versions := self._versions(name):
            there = [one for one in versions.values() if one.model is not None]
            return there[-1] if there else [*versions.values()][-1]
        self._all_must_be_known(f"whether there is a model `{shortened(name)}`")
        versions = self._versions(name)
        if versions:
            raise AnOpsError(
                Code.MODEL_NOT_FOUND,
                f"Model `{name}` has no version {shortened(str(version))}; it has {', '.join(filter(None, versions))}.",
                remedy=f"Leave the version out for the highest: /models/{quote(name, safe='')}.",
            )
        raise AnOpsError(
            Code.MODEL_NOT_FOUND,
            f"There is no model `{shortened(name)}`; there is {quoted(self._names(), most=_MOST_LISTED) or 'none'}.",
            remedy="GET /models lists them all.",
        )

    def versions(self, name: str) -> list[ServedModel]:
        """Return all versions of a model, the highest last.

        Raises:
            AnOpsError: As `asked()`.
        """
        self.find(name)
        return [*self._versions(name).values()]

    def _versions(self, name: str) -> dict[str, ServedModel]:
        known = {key[1]: one for key, one in self._claims.items() if key[0] == name}
        return {version: known[version] for version in sorted(known, key=version_key)}

    def _names(self) -> list[str]:
        return [*dict.fromkeys(self._of[one][0] for one in self.served if one in self._of)]

    def _all_must_be_known(self, what: str) -> None:
        for one in self.served:
            if one not in self._of:
                problem = one.problem
                said = f" {problem.message}" if problem is not None else ""
                raise AnOpsError(
                    Code.NOT_READY, f"It is not known yet {what}.{said}", remedy=problem.remedy if problem else None
                )

    def _sort(self) -> None:
        """Give each model the place that its name and version claim; the first that came keeps it."""
        for one in self.served:
            if one.model is not None:
                self._of[one] = (one.model.name, one.model.version)
        self._claims = {key: one for key, one in self._claims.items() if self._of[one] == key}
        for one, key in self._of.items():
            first = self._claims.setdefault(key, one)
            if first is one:
                one.refusal = None
            elif one.refusal is None:
                one.refusal = _twice(key, first.upstream.url, one.upstream.url)
                log.error("%s", one.refusal.message)
        try:
            self._default = None
            self._default = self.default()
        except AnOpsError:
            pass  # it is said to who asks


def _twice(key: _Key, first: str, second: str) -> Problem:
    name, version = key
    what = f"version {version} of model `{name}`" if version else f"model `{name}`"
    return Problem(
        Code.NOT_READY,
        f"The model-services at {first} and {second} both serve {what}; the one at {second} is not asked.",
        remedy="Give one of them another version (or name) in its ao.toml, or take its address out of model_url.",
    )
