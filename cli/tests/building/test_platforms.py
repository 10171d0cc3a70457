from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from anops_control.building.platforms import require_platform
from anops_control.errors import CommandError
from anops_model_interface.exit_codes import ExitCode

NOWHERE = Path("/nowhere")


class Engine:
    """An engine that is asked for its version alone."""

    def version(self) -> dict[str, str]:
        return {"Os": "linux", "Arch": "amd64"}


def require(platform: str, registered: Path = NOWHERE) -> None:
    require_platform(cast("Any", Engine()), platform, registered=registered)


@pytest.mark.parametrize("platform", ["linux/amd64", "linux/x86_64", "linux/386"])
def test_what_the_processor_runs_by_itself_is_built(platform: str) -> None:
    require(platform)


@pytest.mark.parametrize("platform", ["linux/arm64", "linux/aarch64", "linux/arm/v7", "linux/s390x"])
def test_another_processor_is_refused_with_the_reason(platform: str) -> None:
    with pytest.raises(CommandError) as refused:
        require(platform)
    assert refused.value.message == (
        f"The image can't be built for {platform} here: this engine is linux/amd64, "
        "and no emulator for it is installed."
    )
    assert refused.value.exit_code is ExitCode.USAGE
    assert "qemu-user-static" in str(refused.value.remedy)


def test_another_processor_is_built_where_linux_has_an_enabled_emulator(tmp_path: Path) -> None:
    emulator = tmp_path / "qemu-aarch64"
    emulator.write_text("enabled\ninterpreter /usr/bin/qemu-aarch64-static\n")
    require("linux/arm64", tmp_path)
    emulator.write_text("disabled\n")
    with pytest.raises(CommandError):
        require("linux/arm64", tmp_path)


@pytest.mark.parametrize("platform", ["arm64", "my laptop", "linux/", "Linux/amd64"])
def test_what_is_no_platform_is_refused(platform: str) -> None:
    with pytest.raises(CommandError, match="A platform must be a system and a processor"):
        require(platform)
