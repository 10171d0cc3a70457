"""The exceptions by which a command stops, each with what a person should read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_control.findings import Finding


class CommandError(Exception):
    """A command can't go on; `ao.failures` prints why and exits.

    Attributes:
        message: What happened: "There is no ao.toml here or in a folder above."
        details: Further facts, one bullet each.
        remedy: An imperative that says how to fix it, where we are sure.
        command: The command that fixes it, which is then the remedy.
        code: What kind of failure it is; how the command ends follows from it.
    """

    def __init__(
        self,
        message: str,
        *,
        code: Code,
        details: Sequence[str] = (),
        remedy: str | None = None,
        command: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.details = tuple(details)
        self.remedy = remedy if command is None else f"Run: {command}"
        self.command = command
        self.code = code

    @property
    def exit_code(self) -> int:
        """How the command ends."""
        return self.code.info.exit


class ConfigurationError(Exception):
    """An `ao.toml` can't be used.

    Attributes:
        findings: Everything found in it, in the order of the file; at least one is an error.
    """

    code = Code.PROJECT_INVALID

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(finding.message for finding in findings))
        self.findings = tuple(findings)
