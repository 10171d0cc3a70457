"""Whether this machine can run images of a platform."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.building.engine import engine_faults
from anops_control.errors import CommandError

if TYPE_CHECKING:
    import docker

_FORM = re.compile(r"[a-z]+/[a-z0-9_]+(?:/v[0-9]+)?")
_SYNONYMS = {"x86_64": "amd64", "aarch64": "arm64", "x86": "386", "i386": "386", "armv7l": "arm", "armhf": "arm"}
_RUNS_TOO = {"amd64": {"386"}}
"""Processors that run the programs of others by themselves."""

_EMULATORS = {
    "amd64": "qemu-x86_64", "386": "qemu-i386", "arm64": "qemu-aarch64", "arm": "qemu-arm", "ppc64le": "qemu-ppc64le",
    "riscv64": "qemu-riscv64", "s390x": "qemu-s390x",
}  # fmt: skip
_REGISTERED = Path("/proc/sys/fs/binfmt_misc")


def require_platform(client: docker.APIClient, platform: str, *, registered: Path = _REGISTERED) -> None:
    """Refuse a platform whose programs can't be run here, since the checks and most steps of a build run some.

    Args:
        client: The engine.
        platform: Such as `linux/arm64`.
        registered: Where Linux lists the emulators.

    Raises:
        CommandError: It can't be built here, or is no platform.
    """
    if not _FORM.fullmatch(platform):
        raise CommandError(
            f'A platform must be a system and a processor, such as linux/amd64 or linux/arm64, not "{platform}".',
            code=Code.USAGE,
        )
    with engine_faults():
        version = client.version()
    system, processor = str(version["Os"]), _known(str(version["Arch"]))
    wanted_system, wanted = platform.split("/", maxsplit=1)[0], _known(platform.split("/")[1])
    if wanted_system != system:
        raise _refusal(platform, system, processor, f"the engine runs {system} programs only", "")
    if wanted == processor or wanted in _RUNS_TOO.get(processor, ()):
        return
    if not _is_emulated(wanted, registered):
        emulator = ", or install an emulator, such as Debian's qemu-user-static"
        raise _refusal(platform, system, processor, "no emulator for it is installed", emulator)


def _refusal(platform: str, system: str, processor: str, reason: str, otherwise: str) -> CommandError:
    return CommandError(
        f"The image can't be built for {platform} here: this engine is {system}/{processor}, and {reason}.",
        remedy=f"Build it on a machine of that kind{otherwise}.",
        code=Code.USAGE,
    )


def _is_emulated(processor: str, registered: Path) -> bool:
    entry = registered / _EMULATORS.get(processor, f"qemu-{processor}")
    try:
        return entry.read_text(encoding="ascii").startswith("enabled")
    except OSError:
        return False


def _known(processor: str) -> str:
    return _SYNONYMS.get(processor, processor)
