"""What is kept of promotions into an environment: the evidence of each, and the one that waits for approval."""

from __future__ import annotations

import json
import secrets
import shlex
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from anops_http.access.key_file import KeyFileError, hash_of, read_keys
from anops_http.access.scopes import Scope, is_allowed
from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.standing.kept import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from anops_project.sections.deployment import DeploymentSection

    from anops_control.deploying.record import Record

PASSED, REFUSED, WAITING, APPROVED, REJECTED = "passed", "refused", "waiting", "approved", "rejected"
_FOLDER = "promotions"
_PARTS = frozenset({"id", "from", "to", "state", "begun", "model", "version", "alias", "before", "gates", "statistics"})


def begun(record: Record, **told: Any) -> dict[str, Any]:  # noqa: ANN401  anything that JSON can hold
    """Return a new promotion.

    Args:
        record: That of the environment which the version comes into.
        **told: From where, which version, which alias, and what it points to.
    """
    now = datetime.now(UTC)
    return {"id": f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}", "to": record.name, "state": "",
            "begun": now.isoformat(timespec="seconds"), **told}  # fmt: skip


def keep(project: Path, promotion: dict[str, Any]) -> Path:
    """Keep a promotion and its evidence; one that waits takes the place of another that waits."""
    folder = _folder(project, promotion["to"])
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if promotion["state"] == WAITING:
        for other in waiting(project, promotion["to"]):
            if other["id"] != promotion["id"]:
                write_whole(folder / f"{other['id']}.json", _text(other | {"state": "overtaken"}))
    file = folder / f"{promotion['id']}.json"
    write_whole(file, _text(promotion))
    return file


def kept(project: Path, environment: str) -> list[dict[str, Any]]:
    """Return the promotions into an environment, the oldest first.

    Raises:
        CommandError: A file was altered by hand.
    """
    return [_read(file) for file in sorted(_folder(project, environment).glob("*.json"))]


def _read(file: Path) -> dict[str, Any]:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        missing = sorted(_PARTS - told.keys())
    except (ValueError, AttributeError) as error:
        why = f"it is not as `ao` writes it ({error})"
    else:
        if not missing:
            return dict(told)
        why = f"it lacks {', '.join(f'`{each}`' for each in missing)}"
    raise CommandError(
        f"The evidence of a promotion can't be read: {why}.",
        details=[str(file), "`ao` alone writes this file."],
        remedy=f"Put it back as it was, or away: mv {shlex.quote(str(file))} {shlex.quote(f'{file}.altered')}",
        code=Code.FILE_UNREADABLE,
    )


def waiting(project: Path, environment: str) -> list[dict[str, Any]]:
    """Return the promotions that wait for approval: one at most."""
    return [each for each in kept(project, environment) if each["state"] == WAITING]


def require_waiting(project: Path, environment: str) -> dict[str, Any]:
    """Return the promotion that waits.

    Raises:
        CommandError: None does.
    """
    found = waiting(project, environment)
    if not found:
        raise CommandError(
            f"No promotion into `{environment}` waits for approval.",
            remedy=f"See what runs: ao deploy status {environment}",
            code=Code.USAGE,
        )
    return found[-1]


def approver(project: Path, section: DeploymentSection, environment: str, key: str | None) -> str:
    """Return the name of the person whose key it is, and who may approve.

    Raises:
        CommandError: It is no such key.
    """
    file = project / section.approver_keys
    if key is None:
        raise CommandError(
            f"A promotion into `{environment}` is approved by a key, and there is none.",
            remedy="Name the file that holds yours with --key-file, or set ANOPS_KEY to it.",
            code=Code.USAGE,
        )
    try:
        known = next((each for each in read_keys(file) if each.hash == hash_of(key)), None)
    except KeyFileError as error:
        raise CommandError(
            str(error),
            remedy=f"Make the keys: ao key add {section.approvers[0] if section.approvers else 'NAME'} "
            f"--scope approve --file {section.approver_keys}",
            code=Code.FILE_UNREADABLE,
        ) from error
    if known is None or known.is_expired or not is_allowed(Scope.APPROVE, known.scopes):
        why = "not in" if known is None else "expired in" if known.is_expired else "without the scope `approve` in"
        raise CommandError(f"The key is {why} {section.approver_keys}.", code=Code.APPROVAL_REFUSED)
    if known.name not in section.approvers:
        raise CommandError(
            f"`{known.name}` can't approve what comes into `{environment}`.",
            details=[f"{', '.join(f'`{name}`' for name in section.approvers) or 'Nobody'} can."],
            code=Code.APPROVAL_REFUSED,
        )
    return known.name


def _folder(project: Path, environment: str) -> Path:
    # beside the environment's own folder: taking it down leaves what was decided
    return project / ".anops" / _FOLDER / environment


def _text(told: dict[str, Any]) -> str:
    return json.dumps(told, indent=1, ensure_ascii=False)
