"""The program `kubectl`, as it is on this computer: it signs in to clusters as their owners want it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from anops_control.child_environment import child_environment
from anops_control.standing.failure import StandingError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MANAGER = "anops"
_SECONDS = "20s"
"""So long one question to the cluster may take."""
_SHOWN_LINES = 6
_AWAY = re.compile(
    r"connection refused|was refused|no such host|i/o timeout|timed out|deadline exceeded|network is unreachable"
    r"|connection reset|no route to host|TLS handshake|EOF$",
    re.IGNORECASE | re.MULTILINE,
)


class UnreachableError(StandingError):
    """The cluster does not answer."""


@dataclass(frozen=True)
class Kubectl:
    """Asks one cluster.

    Attributes:
        context: The context of the kubeconfig; None: the current one.
        kubeconfig: The file; None: where KUBECONFIG says, or the usual one.
    """

    context: str | None = None
    kubeconfig: str | None = None

    @cached_property
    def version(self) -> tuple[int, int]:
        """The version of the cluster's API, such as (1, 32).

        Raises:
            StandingError: It does not answer.
        """
        told = json.loads(self.run("version", "--output=json"))["serverVersion"]
        return int(told["major"]), int(re.match(r"\d+", told["minor"])[0])  # type: ignore[index]  # "20+" somewhere

    def apply(self, objects: Sequence[Mapping[str, Any]]) -> None:
        """Make objects so, each whole, whoever has changed them.

        Raises:
            StandingError: The cluster refuses one, or does not answer.
        """
        self._apply(objects, f"--field-manager={_MANAGER}")

    def take_over(self, fields: Mapping[str, Any], manager: str) -> None:
        """Have somebody own some fields of an object that is there, so that they stay when `apply` leaves them out.

        Args:
            fields: The object, with these fields alone.
            manager: Whose they are from now on.

        Raises:
            StandingError: The cluster refuses it, or does not answer.
        """
        # what the object's kind demands besides is there already
        self._apply([fields], f"--field-manager={manager}", "--validate=false")

    def _apply(self, objects: Sequence[Mapping[str, Any]], *how: str) -> None:
        self.run(*("apply", "--server-side", "--force-conflicts", "--filename=-", *how), typed=_documents(objects))

    def differences(self, objects: Sequence[Mapping[str, Any]]) -> str:
        """Return in the form of `diff -u` what `apply` would change.

        Raises:
            StandingError: The cluster does not answer.
        """
        asked = ("diff", "--server-side", "--force-conflicts", f"--field-manager={_MANAGER}", "--filename=-")
        return self.run(*asked, typed=_documents(objects), fine=(0, 1))

    def found(self, kinds: str, labels: Mapping[str, str] | None = None, *, namespace: str) -> list[dict[str, Any]]:
        """Return the objects of some kinds that have labels.

        Args:
            kinds: The kinds, with commas between.
            labels: The labels; None: all objects.
            namespace: Where they are.

        Raises:
            StandingError: The cluster does not answer.
        """
        chosen = [] if labels is None else [f"--selector={selector(labels)}"]
        told = self.run("get", kinds, f"--namespace={namespace}", "--output=json", *chosen)
        items: list[dict[str, Any]] = json.loads(told)["items"]
        return items

    def one(self, kind: str, name: str, *, namespace: str | None = None) -> dict[str, Any] | None:
        """Return an object; None where there is none.

        Raises:
            StandingError: The cluster does not answer.
        """
        where = [] if namespace is None else [f"--namespace={namespace}"]
        told = self.run("get", kind, name, "--ignore-not-found", "--output=json", *where)
        return json.loads(told) if told.strip() else None

    def remove(self, kinds: str, labels: Mapping[str, str], *, namespace: str, seconds: int) -> None:
        """Remove the objects of some kinds that have labels, and wait until they are gone.

        Raises:
            StandingError: The cluster does not answer, or they do not go.
        """
        self.run(
            *("delete", kinds, f"--namespace={namespace}", f"--selector={selector(labels)}", "--ignore-not-found"),
            *("--cascade=foreground", f"--timeout={seconds}s"),
            limit=None,
        )

    def run(
        self, *command: str, typed: str | None = None, fine: Sequence[int] = (0,), limit: str | None = _SECONDS
    ) -> str:
        """Run it, and return what it printed.

        Raises:
            UnreachableError: The cluster does not answer.
            StandingError: It is not installed, or fails.
        """
        where = [f"--{name}={value}" for name, value in (("context", self.context), ("kubeconfig", self.kubeconfig))
                 if value is not None]  # fmt: skip
        if limit is not None:
            where.append(f"--request-timeout={limit}")
        done = subprocess.run(  # noqa: S603  found below
            [_program(), *where, *command], env=child_environment(), input=typed or "", capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        # `diff` says by 1 that there are differences, and by 1 that it failed, too: then it prints none
        if done.returncode in fine and not (done.returncode and not done.stdout):
            return done.stdout
        lines = [line for line in done.stderr.splitlines() if line.strip()][-_SHOWN_LINES:]
        cluster = "The cluster" if self.context is None else f"The cluster of the context `{self.context}`"
        if _AWAY.search(done.stderr):
            raise UnreachableError(
                f"{cluster} does not answer.",
                details=lines,
                remedy=f"Check that you reach it: kubectl {' '.join([*where[:-1], 'get', 'namespaces'])}",
            )
        raise StandingError(f"{cluster} could not do `kubectl {command[0]}`.", details=lines)


def selector(labels: Mapping[str, str]) -> str:
    """Return labels as kubectl takes them."""
    return ",".join(f"{key}={value}" for key, value in labels.items())


def _program() -> str:
    found = shutil.which("kubectl")
    if found is None:
        raise StandingError(
            "`kubectl` is not on this computer.",
            remedy="Install it: https://kubernetes.io/docs/tasks/tools/",
        )
    return found


def _documents(objects: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)})
