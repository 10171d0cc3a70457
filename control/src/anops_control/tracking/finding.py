"""Finds a version by its address; where there is none, the nearest name is told."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.words import quoted

from anops_control.errors import CommandError
from anops_control.suggestions import nearest
from anops_control.tracking.port import NotKeptError

if TYPE_CHECKING:
    from anops_control.tracking.addresses import Address
    from anops_control.tracking.port import Keeper, RegisteredModel, Version


def model_of(keeper: Keeper, name: str) -> RegisteredModel:
    """Return a registered model.

    Raises:
        CommandError: There is none of that name.
    """
    try:
        return keeper.model(name)
    except NotKeptError:
        known = [each.name for each in keeper.models()]
    guess = nearest(name, known)
    raise CommandError(
        f"There is no model `{name}` in the registry.",
        remedy=f"Did you mean `{guess}`?"
        if guess
        else "List them: ao model list"
        if known
        else "Register the project's model first: ao model register",
        code=Code.VERSION_NOT_FOUND,
    )


def version_of(keeper: Keeper, address: Address) -> Version:
    """Return the version that an address names; of a model alone the newest.

    Raises:
        CommandError: There is no such model, version or alias.
    """
    model = model_of(keeper, address.model)
    number = address.number
    if address.alias is not None:
        number = model.aliases.get(address.alias)
        if number is None:
            guess = nearest(address.alias, model.aliases)
            raise CommandError(
                f"The model `{address.model}` has no alias `{address.alias}`.",
                details=[] if guess or not model.aliases else [f"It has {quoted(sorted(model.aliases))}."],
                remedy=f"Did you mean `{address.model}@{guess}`?"
                if guess
                else "Give a version that alias: "
                f"ao model promote {shlex.quote(address.model)}/1 --alias {address.alias}",
                code=Code.VERSION_NOT_FOUND,
            )
    if number is None:
        found = keeper.versions(address.model)
        if not found:
            raise CommandError(
                f"The model `{address.model}` has no versions.",
                remedy="Register one: ao model register",
                code=Code.VERSION_NOT_FOUND,
            )
        return found[0]
    try:
        return keeper.version(address.model, number)
    except NotKeptError:
        there = sorted(each.number for each in keeper.versions(address.model))
    near = min(there, key=lambda each: (abs(each - number), -each), default=None)
    raise CommandError(
        f"The model `{address.model}` has no version {number}.",
        remedy=f"Did you mean `{address.model}/{near}`?" if near is not None else None,
        code=Code.VERSION_NOT_FOUND,
    )
