"""The `data.txt` of a pin: what every client of pins reads, with our description in the user's metadata."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast, get_args

import yaml
from anops_control.datasets.description import Description, Form
from anops_control.datasets.port import Stored
from anops_control.errors import CommandError
from anops_model_interface.codes import Code
from pins.meta import Meta
from pins.versions import Version

if TYPE_CHECKING:
    from anops_control.datasets.port import Wanted

FILE = "data.txt"
OURS = "anops"
"""The key of our description in the user's metadata."""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def file_name(name: str, form: Form) -> str:
    """Return the name of a pin's file as the pins packages give it."""
    return f"{name}.{form}"


def version_of(created: datetime, digest: str) -> str:
    """Return the name of a version, which begins with its second."""
    return str(Version(created, digest).version)


def written(wanted: Wanted, created: datetime, size: int) -> bytes:
    """Return the metadata of a version."""
    about = wanted.description.about
    told = Meta(
        title=about.text.splitlines()[0] if about.text else f"{wanted.name}: a dataset",
        description=about.text,
        created=created.strftime("%Y%m%dT%H%M%SZ"),
        pin_hash=wanted.hash,
        file=file_name(wanted.name, wanted.description.form),
        file_size=size,
        type=wanted.description.form,
        api_version=1,
        version=Version(created, wanted.hash),
        user={OURS: wanted.description.to_dict()},
    ).to_pin_dict()
    return cast("bytes", yaml.safe_dump(told, allow_unicode=True, sort_keys=True, encoding="utf-8", width=1000))


def read(content: bytes, name: str, version: str, address: str) -> Stored:
    """Read the metadata of a version; keys that pins leaves out when they are empty need not be there.

    Raises:
        CommandError: They are of another layout, or no metadata.
    """
    try:
        told: Any = yaml.load(content, Loader=_LOADER)  # noqa: S506  a safe one
        if not isinstance(told, dict):
            raise ValueError("it holds no keys")  # noqa: TRY004, TRY301  as all that is wrong with it
        if told.get("api_version") != 1:
            raise older(name, address, told.get("api_version", 0))
        file = told["file"]
        user = told.get("user") or {}
        kind = str(told["type"])
        said = user.get(OURS) if isinstance(user, dict) else None
        form = cast("Form | None", kind if kind in get_args(Form) else None)
        created = datetime.strptime(str(told["created"]), "%Y%m%dT%H%M%S%z").astimezone(UTC)
        size = told.get("file_size", 0)
        return Stored(
            name=name,
            version=version,
            hash=str(told["pin_hash"]),
            created=created.isoformat(),
            bytes=sum(size) if isinstance(size, list) else int(size),
            file=file if isinstance(file, str) else file[0] if len(file) == 1 else "",
            kind=kind,
            description=None if said is None or form is None else Description.of(said, form),
        )
    except (yaml.YAMLError, ValueError, KeyError, TypeError) as error:
        raise CommandError(
            f"Version {version} of `{name}` in {address} can't be read: its {FILE} is damaged.",
            details=[f"{type(error).__name__}: {str(error).splitlines()[0]}"],
            command=None,
            code=Code.DATASET_ALTERED,
        ) from error


def older(name: str, address: str, layout: object) -> CommandError:
    """Return what is said of a pin of another layout."""
    return CommandError(
        f"`{name}` in {address} is a pin of layout {layout}, which is not read here: layout 1 is.",
        remedy="Read it with the pins package that wrote it, and add its file: ao data add FILE",
        code=Code.DATASET_ALTERED,
    )
