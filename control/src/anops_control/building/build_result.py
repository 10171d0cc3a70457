"""What a build is asked for, and what came of it: the image, its checks and names, for a person and as JSON."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from anops_control.checking import Outcome, Status
from anops_control.limits import Limits

if TYPE_CHECKING:
    from pathlib import Path

    from anops_control.building.compose_file import Composed
    from anops_control.building.image_build import Built
    from anops_control.building.push import Pushed


@dataclass(frozen=True, slots=True)
class BuildPlan:
    """What a person asked for.

    Attributes:
        push: Whether the image is pushed.
        test: Whether it is tested.
        tags: Tags beside version and git revision.
        platform: Such as `linux/arm64`; None for that of the engine.
        replace: Whether it may take the name of another model's image.
        limits: What its checks may take.
        sign: Whether it is signed.
        kept_in: The folder of the project beside which its bill and signature are kept; None for the one that is built.
    """

    push: bool
    test: bool
    tags: tuple[str, ...]
    platform: str | None
    replace: bool = False
    limits: Limits = field(default_factory=Limits)
    sign: bool = False
    kept_in: Path | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it.

    Attributes:
        built: The image.
        names: Its names on this machine.
        version: The model's version.
        revision: The git revision; None where there is none.
        checks: What each check found; None where the image was not tested.
        pushed: Its names in the registry.
        seconds: How long it all took.
        digest: The model's digest.
        recorded: Whether the versions of its R packages were written into the project.
        replaced: The digest of the model that had its name before, where that was another.
        composed: What the project's compose file runs now; None where there is none.
        bill: Where its bill of materials is; None where it has failed its checks.
        signed_by: What the key is called that has signed it; None where none has.
    """

    built: Built
    names: tuple[str, ...]
    version: str
    revision: str | None
    checks: tuple[Outcome, ...] | None
    pushed: tuple[Pushed, ...]
    seconds: float
    digest: str
    recorded: bool = False
    replaced: str | None = None
    composed: Composed | None = None
    bill: Path | None = None
    signed_by: str | None = None

    @property
    def passed(self) -> bool:
        """Whether no check failed."""
        return not any(check.status is Status.FAILED for check in self.checks or ())

    def run_command(self) -> str:
        """Return the command that runs the image as it should run: on this machine only, and unable to write."""
        command = ["docker", "run", "--rm", "--read-only", "--tmpfs", "/tmp"]  # noqa: S108  inside the container
        for port in self.built.ports:
            command += ["--publish", f"127.0.0.1:{port}:{port}"]
        return shlex.join([*command, self.names[0]])

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        checks = None
        if self.checks is not None:
            checks = {
                "passed": self.passed,
                "outcomes": {check.rule: check.status.value for check in self.checks},
                "findings": [finding.to_dict() for check in self.checks for finding in check.findings],
            }
        return {
            "image": self.built.image,
            "size_bytes": self.built.size_bytes,
            "names": list(self.names),
            "version": self.version,
            "model_digest": self.digest,
            "replaced_model": self.replaced,
            "revision": self.revision,
            "checks": checks,
            "pushed": [{"name": pushed.name, "digest": pushed.digest} for pushed in self.pushed],
            "digest": self.pushed[0].digest if self.pushed else None,
            "recorded": "renv.lock" if self.recorded else None,
            "sbom": None if self.bill is None else str(self.bill),
            "signed_by": self.signed_by,
            "run": self.run_command(),
            "seconds": round(self.seconds, 1),
        }
