"""A distribution of others takes the place of ours by its entry point; where that can't be, it is told by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from anops_control.deploying.compiling import compile_environment
from anops_control.deploying.providers.provider import provider_of
from anops_control.errors import CommandError
from anops_control.extras.opening import opened
from anops_control.tracking.port import Version
from anops_project.sections.deployment import DeploymentSection

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DATA = ("data", "anops.data", "Datasets are kept", "ao extra add data")


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return what installs a distribution of one module."""
    monkeypatch.syspath_prepend(tmp_path)

    def made(name: str, offers: str, code: str = "THEIRS = 'a shed'\n") -> None:
        (tmp_path / f"{name}.py").write_text(code)
        told = tmp_path / f"{name}-1.0.dist-info"
        told.mkdir()
        (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (told / "entry_points.txt").write_text(offers)

    return made


def test_an_adapter_of_others_takes_the_place_of_ours(install: Callable[..., None]) -> None:
    assert type(opened(*DATA)).__module__.startswith("anops_data")
    install("shed_one", "[anops.data]\nshed = shed_one:THEIRS\n")
    assert opened(*DATA) == "a shed"


def test_several_adapters_of_others_are_told_by_their_names(install: Callable[..., None]) -> None:
    for name in ("shed_two", "shed_three"):
        install(name, f"[anops.data]\nshed = {name}:THEIRS\n")
    with pytest.raises(CommandError) as told:
        opened(*DATA)
    assert sorted(told.value.details) == ["`shed_three:THEIRS` of `shed-three`", "`shed_two:THEIRS` of `shed-two`"]


def test_an_adapter_that_fails_is_told_by_its_name(install: Callable[..., None]) -> None:
    install("shed_four", "[anops.data]\nshed = shed_four:THEIRS\n", "raise RuntimeError('no nails')\n")
    with pytest.raises(CommandError) as told:
        opened(*DATA)
    assert "`shed_four:THEIRS` of `shed-four`" in told.value.message
    assert list(told.value.details) == ["RuntimeError: no nails"]
    assert told.value.remedy == "Repair or uninstall `shed-four` in the environment of `ao`."


def test_environments_run_where_an_adapter_of_others_lets_them(install: Callable[..., None]) -> None:
    section = DeploymentSection(provider="barn", model="demand@champion")
    version = Version(model="demand", number=3, tags={"anops.version": "1.2.0"})
    ir = compile_environment("demand", "live", section, version)
    with pytest.raises(CommandError, match="There is no provider `barn` for the environment `live`"):
        provider_of(ir)
    install(
        "barn_place",
        "[anops.deployers]\nbarn = barn_place\n",
        "def render(ir, form): return {'barn.txt': ir.project}\n",
    )
    assert provider_of(ir).render(ir, {}) == {"barn.txt": "demand"}
