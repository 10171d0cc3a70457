"""Parse: a provider's YAML and what a person typed become a spec, or a clear error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from anops_control.standing.secrets_in import secrets_in
from pydantic import TypeAdapter, ValidationError

from anops_workspaces.failures import WorkspaceError
from anops_workspaces.specs import LocalProvider, Provider, WorkspaceSpec

_ADAPTER: TypeAdapter[Provider] = TypeAdapter(Provider)
_ENDINGS = (".yaml", ".yml")
_KINDS = ("local", "docker", "kubernetes", "azure")


def parse(
    name: str, *, provider: str, home: Path, folder: Path, min_workers: int | None, max_workers: int | None
) -> WorkspaceSpec:
    """Return what is asked for.

    Args:
        name: The workspace.
        provider: A provider's name or file.
        home: The folder of providers and workspaces of the person.
        folder: The project.
        min_workers: How many workers there are at least; by default 1.
        max_workers: How many at most; by default as many as at least.

    Raises:
        WorkspaceError: Something of it can't be used.
    """
    found = read_provider(provider, home, folder)
    least = min_workers if min_workers is not None else min(1, max_workers or 1)
    most = max_workers if max_workers is not None else max(1, least)
    try:
        return WorkspaceSpec(
            name=name, provider=found, min_workers=least, max_workers=most, folder=str(folder.resolve())
        )
    except ValidationError as error:
        raise WorkspaceError(
            f"The workspace `{name}` can't be brought up as requested.", details=faults(error)
        ) from None


def read_provider(provider: str, home: Path, folder: Path) -> Provider:
    """Return a provider.

    Raises:
        WorkspaceError: It is not there, can't be read, or holds a secret.
    """
    found = described(provider, home, folder)
    if found is None:
        if provider == "local":
            return LocalProvider(kind="Provider", provider="local")
        raise WorkspaceError(
            f"There is no provider `{provider}`.",
            details=[f"It would be {home / 'providers' / f'{provider}.yaml'}."],
            remedy="Write that file, or name another one.",
        )
    return found


def described(provider: str, home: Path, folder: Path) -> Provider | None:
    """Return what a provider's file says; None where there is no file of that name.

    Raises:
        WorkspaceError: It can't be read, or holds a secret.
    """
    file = _file(provider, home, folder)
    return None if file is None else provider_of(_document(file), str(file))


def provider_of(document: object, source: str) -> Provider:
    """Return the provider that a document describes.

    Raises:
        WorkspaceError: It is not one, or holds a secret.
    """
    if not isinstance(document, dict):
        raise WorkspaceError(f"{source} must hold keys such as `kind: Provider`.")
    secrets = list(secrets_in(document))
    if secrets:
        raise WorkspaceError(
            f"{source} holds a secret; a provider must hold none.",
            details=secrets,
            remedy="Take it out, and replace it where it is in use: others may have seen it. `auth.method` says how "
            "one signs in: cli, environment or managed-identity.",
        )
    try:
        return _ADAPTER.validate_python(document)
    except ValidationError as error:
        raise WorkspaceError(f"{source} can't be used as a provider.", details=faults(error)) from None


def faults(error: ValidationError) -> list[str]:
    """Return a sentence for each fault."""
    lines = []
    for each in error.errors(include_url=False):
        # the discriminator stands in the path as a part of its own
        path = ".".join(str(part) for part in each["loc"] if part not in _KINDS)
        match each["type"]:
            case "missing":
                lines.append(f"`{path}` is missing.")
            case "extra_forbidden":
                lines.append(f"`{path}` is not a key of it.")
            case "union_tag_invalid":
                lines.append(f"`provider` must be one of {', '.join(_KINDS)}, not {each['ctx']['tag']!r}.")
            case "union_tag_not_found":
                lines.append(f"`provider` is missing: one of {', '.join(_KINDS)}.")
            case "value_error":
                lines.append(f"{each['ctx']['error']}.")
            case _:
                said = each["msg"][0].lower() + each["msg"][1:]
                lines.append(f"`{path}` is {each['input']!r}: {said}.")
    return lines


def _file(provider: str, home: Path, folder: Path) -> Path | None:
    written = Path(provider).expanduser()
    if written.suffix in _ENDINGS or len(written.parts) > 1:
        file = folder / written
        if not file.is_file():
            raise WorkspaceError(f"There is no file {file}.", remedy="Name a provider or its YAML file.")
        return file
    for place in (folder / "providers", home / "providers"):
        for ending in _ENDINGS:
            if (file := place / f"{provider}{ending}").is_file():
                return file
    return None


def _document(file: Path) -> Any:  # noqa: ANN401  anything that YAML can hold
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise WorkspaceError(f"{file}{where} is not YAML: {getattr(error, 'problem', error)}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise WorkspaceError(f"{file} can't be read: {error}.") from None
