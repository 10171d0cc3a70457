"""Addresses of models in a registry: `models:/NAME@ALIAS`, `models:/NAME/3`, `runs:/ID/model`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from anops_model_interface.codes import Code

from anops_control.errors import CommandError

_SCHEMES = ("models:/", "runs:/")
_ALIAS = re.compile(r"[A-Za-z0-9_-]+")
_NO_NAME = re.compile(r"[/:@%\x00-\x1f\x7f]")
_FOLDERS = frozenset({".", ".."})
_LIKE_A_VERSION = re.compile(r"[vV]?\d+")
_LONGEST = 200
LATEST = "latest"


@dataclass(frozen=True, slots=True)
class Address:
    """What an address names.

    Attributes:
        model: The registered model; empty where it is of a run.
        number: The version; None where none is named.
        alias: The alias; None where none is named.
        run: The run; empty where it is a registered model.
        path: Under which name the run has logged the model.
    """

    model: str = ""
    number: int | None = None
    alias: str | None = None
    run: str = ""
    path: str = "model"

    @property
    def text(self) -> str:
        """The address as it is typed."""
        if self.run:
            return f"runs:/{self.run}/{self.path}"
        if self.alias is not None:
            return f"models:/{self.model}@{self.alias}"
        return f"models:/{self.model}" + (f"/{self.number}" if self.number is not None else "")


def is_address(text: object) -> bool:
    """Say whether a text is an address of a registry, and no folder."""
    return str(text).startswith(_SCHEMES)


def address_of(text: str) -> Address:
    """Read an address; a model's name may also stand alone: `demand`, `demand@champion`, `demand/3`.

    Raises:
        CommandError: It is none.
    """
    if text.startswith("runs:/"):
        run, _, path = text.removeprefix("runs:/").strip("/").partition("/")
        if not run:
            raise _unreadable(text)
        return Address(run=run, path=path or "model")
    rest = unquote(text.removeprefix("models:/").strip("/"))
    if "@" in rest:
        model, _, alias = rest.rpartition("@")
        if not model or not alias:
            raise _unreadable(text)
        check_name(model)
        if alias.casefold() == LATEST:
            return Address(model)
        return Address(model, alias=check_alias(alias))
    model, slash, number = rest.partition("/")
    check_name(model)
    if not slash or number.casefold() == LATEST:
        return Address(model)
    if not number.isdecimal() or not number.isascii() or not int(number):
        raise CommandError(
            f"`{number}` is not a version of a model: versions are whole numbers from 1.",
            remedy=f"An alias is named with @: {model}@{number}" if _ALIAS.fullmatch(number) else None,
            code=Code.USAGE,
        )
    return Address(model, number=int(number))


def check_name(name: str) -> str:
    """Return the name of a model, which may be used.

    Raises:
        CommandError: It can't be used.
    """
    if name in _FOLDERS:
        raise CommandError(
            f"`{name}` is a folder, and no version of a model.",
            remedy="Name a version of the registry, such as models:/NAME@ALIAS.",
            code=Code.USAGE,
        )
    if not name.strip() or name != name.strip() or _NO_NAME.search(name) or len(name) > _LONGEST:
        raise CommandError(
            f"A model can't be named `{name[:_LONGEST]}`.",
            details=["An address can't hold a name with `/`, `:`, `@` or `%`, or with a space at its start or end."]
            if name.strip()
            else (),
            remedy="Use letters, digits, `-`, `_`, `.` and spaces between them, at most 200.",
            code=Code.USAGE,
        )
    return name


def check_alias(alias: str) -> str:
    """Return an alias, which may be used.

    Raises:
        CommandError: It is reserved, or has other characters than an alias may have.
    """
    if alias.casefold() == LATEST or _LIKE_A_VERSION.fullmatch(alias):
        raise CommandError(
            f"`{alias}` can't be an alias: it reads as a version.",
            remedy="Take a word, such as champion.",
            code=Code.USAGE,
        )
    if not _ALIAS.fullmatch(alias) or len(alias) > _LONGEST:
        raise CommandError(
            f"`{alias[:_LONGEST]}` can't be an alias.",
            remedy="Use letters without accents, digits, `-` and `_`.",
            code=Code.USAGE,
        )
    return alias


def _unreadable(text: str) -> CommandError:
    return CommandError(
        f"`{text}` is not an address of a model.",
        remedy="Write NAME, NAME@ALIAS or NAME/VERSION, with models:/ before it where a folder could be meant; or "
        "runs:/ID/model.",
        code=Code.USAGE,
    )
