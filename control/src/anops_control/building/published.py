"""Which of AnOps' services a compose file lets other computers ask, and whether they need a key.

Source: the Compose specification, "services": `ports` in its short and long form, `environment`, `env_file`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml
from anops_model_interface.codes import Code

from anops_control.building.compose_file import NAMES
from anops_control.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::?-(?P<default>[^}]*))?[^}]*\}|\$(?P<bare>\w+)")
_IMAGE = re.compile(r"(?:.*/)?anops/(?:api|control)-service(?:[:@].*)?")
_HERE = ("127.", "localhost", "[::1]", "::1")
_OPENED_BY = frozenset({"ANOPS_KEYS_FILE", "ANOPS_JWT_ISSUER"})


@dataclass(frozen=True, slots=True)
class OpenPort:
    """A port that other computers reach.

    Attributes:
        service: The name of the service in the file.
        port: What the file says of it.
        closed: What it would say for this computer alone; None where it is no line to change.
    """

    service: str
    port: str
    closed: str | None

    def message(self, file: str) -> str:
        """Return what is wrong, a sentence.

        Args:
            file: The name of the compose file.
        """
        return f"{file} lets other computers ask the service `{self.service}` ({self.port}), and no key is needed."

    def remedy(self) -> str:
        """Return how to fix it."""
        keys = (
            "et in who has a key: make one with `ao key add NAME`, and set ANOPS_KEYS_FILE as the documentation says "
        )
        keys += "under `Say who may ask`."
        return f"L{keys}" if self.closed is None else f"Publish it to this computer alone: {self.closed}. Or l{keys}"


def require_keys(folder: Path) -> None:
    """Refuse a project whose compose file lets in other computers without a key.

    Raises:
        CommandError: It does.
    """
    file = compose_file(folder)
    try:
        found = open_ports(file) if file is not None else []
    except ValueError:
        return  # `ao check` tells it, and compose will
    if file is not None and found:
        raise CommandError(found[0].message(file.name), remedy=found[0].remedy(), code=Code.PROJECT_INVALID)


def compose_file(folder: Path) -> Path | None:
    """Return the compose file of a project; None where it has none."""
    return next((folder / name for name in NAMES if (folder / name).is_file()), None)


def open_ports(file: Path) -> list[OpenPort]:
    """Return the ports of a compose file that other computers reach without a key.

    Raises:
        ValueError: The file is no compose file.
    """
    try:
        told = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, OSError, UnicodeDecodeError) as error:
        raise ValueError(str(error)) from error
    services = told.get("services") if isinstance(told, dict) else None
    found: list[OpenPort] = []
    for name, service in services.items() if isinstance(services, dict) else ():
        if isinstance(service, dict) and _is_ours(service) and not _has_keys(service, file.parent):
            found += _open_ports(str(name), service)
    return found


def _is_ours(service: dict[str, Any]) -> bool:
    image = _settled(str(service.get("image", "")))
    return bool(_IMAGE.fullmatch(image)) or "ANOPS_MODEL_URL" in _environment(service)


def _has_keys(service: dict[str, Any], folder: Path) -> bool:
    if _OPENED_BY & {name for name, value in _environment(service).items() if value != ""}:
        return True
    files = service.get("env_file") or []
    for each in [files] if isinstance(files, str | dict) else files:
        path = folder / str(each.get("path", "") if isinstance(each, dict) else each)
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            continue
        if any(line.split("=")[0].strip() in _OPENED_BY and line.partition("=")[2].strip() for line in lines):
            return True
    return False


def _environment(service: dict[str, Any]) -> dict[str, str]:
    told = service.get("environment") or {}
    if isinstance(told, dict):
        return {str(name): "" if value is None else str(value) for name, value in told.items()}
    pairs = [str(each).partition("=") for each in told]
    # one without a value comes from outside, and may have one there
    return {name: value if sign else name for name, sign, value in pairs}


def _open_ports(name: str, service: dict[str, Any]) -> Iterator[OpenPort]:
    if service.get("network_mode") == "host":
        yield OpenPort(name, "network_mode: host", None)
    for port in service.get("ports") or ():
        if isinstance(port, dict):
            host = _settled(str(port.get("host_ip", "")))
            if not host.startswith(_HERE):
                yield OpenPort(name, f"published: {port.get('published', port.get('target'))}", "host_ip: 127.0.0.1")
            continue
        written = str(port)
        if not _settled(written).startswith(_HERE):
            parts = written.rsplit(":", 2) if "[" not in written and "${" not in written else [written]
            closed = written if ":" in written else f"{written}:{written}"
            if len(parts) == 3:  # an address stands before
                closed = ":".join(parts[1:])
            yield OpenPort(name, written, f'"127.0.0.1:{closed}"')


def _settled(text: str) -> str:
    """Return a text with the defaults of its variables: what compose takes where nothing else is set."""
    return _VARIABLE.sub(lambda found: found["default"] or "", text)
