"""The templates are in the wheel, however it is built."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

CONTROL = Path(__file__).parents[1]
TEMPLATES = CONTROL.parent / "cookiecutters"


def _build(kind: str, source: Path, target: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", str(target)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    return next(target.glob("*.whl" if kind == "wheel" else "*.tar.gz"))


def _templates_in(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.startswith("anops_control/templates/")]
        return {name.removeprefix("anops_control/templates/"): archive.read(name) for name in names}


def _templates_in_the_repository() -> dict[str, bytes]:
    return {
        path.relative_to(TEMPLATES).as_posix(): path.read_bytes()
        for language in ("python", "r", "series")
        for path in (TEMPLATES / language).rglob("*")
        if path.is_file()
    }


def test_a_wheel_from_the_repository_has_every_template_file(tmp_path: Path) -> None:
    assert _templates_in(_build("wheel", CONTROL, tmp_path)) == _templates_in_the_repository()


def test_a_wheel_from_the_sdist_has_them_too(tmp_path: Path) -> None:
    (tmp_path / "unpacked").mkdir()
    # tarfile takes a filter only from Python 3.11.4 on
    subprocess.run(
        ["tar", "-xf", _build("sdist", CONTROL, tmp_path / "sdist"), "-C", tmp_path / "unpacked"], check=True
    )
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    assert _templates_in(_build("wheel", unpacked, tmp_path / "wheel")) == _templates_in_the_repository()


def test_the_wheels_own_copy_is_what_is_rendered(tmp_path: Path) -> None:
    with zipfile.ZipFile(_build("wheel", CONTROL, tmp_path / "wheel")) as archive:
        archive.extractall(tmp_path / "installed")
    code = "from anops_control.init.templates import template_of; print(template_of('r'))"
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(tmp_path / "installed")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    sources = tmp_path / "installed" / "anops_control" / "r_client_sources"
    repository = CONTROL.parent / "client" / "r" / "anops"
    for part in ("DESCRIPTION", "NAMESPACE", "R/remote.R"):
        assert (sources / part).read_bytes() == (repository / part).read_bytes()
    assert Path(ended.stdout.strip()) == tmp_path / "installed" / "anops_control" / "templates" / "r"
