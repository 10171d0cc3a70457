"""The Python client as a wheel, made of the sources that come with `ao`: no registry is asked for it."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import tempfile
import tomllib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.environment import lacks
from anops_control.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MADE = (2026, 1, 1, 0, 0, 0)
"""The date of every file inside: the same sources make the same wheel."""
_WHEEL = "Wheel-Version: 1.0\nGenerator: ao\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def sources() -> Path:
    """Return the folder of the client's sources: beside this file, or in the repository."""
    inside = Path(__file__).parent / "python_client_sources"
    return inside if inside.is_dir() else Path(__file__).parents[3] / "client"


def write_wheel(folder: Path) -> Path:
    """Write the wheel into a folder.

    Returns:
        The file.

    Raises:
        OSError: It can't be written there.
    """
    project = tomllib.loads((sources() / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    stem = f"{project['name'].replace('-', '_')}-{project['version']}"
    info = f"{stem}.dist-info"
    files = {
        **dict(_modules()),
        f"{info}/METADATA": _metadata(project).encode(),
        f"{info}/WHEEL": _WHEEL.encode(),
        f"{info}/licenses/LICENSE": (sources() / "LICENSE").read_bytes(),
    }
    record = "".join(f"{name},sha256={_digest(data)},{len(data)}\n" for name, data in files.items())
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    file = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _MADE)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            wheel.writestr(entry, data)
    return file


def install(python: Path) -> None:
    """Install the client into the environment of a Python.

    Raises:
        CommandError: It can't install it.
    """
    pip = [str(python), "-m", "pip", "install"]
    if lacks(python, "pip"):
        pip = ["uv", "pip", "install", "--python", str(python)]
    with tempfile.TemporaryDirectory() as folder:
        command = [*pip, str(write_wheel(Path(folder)))]
        try:
            ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  the person's own
        except FileNotFoundError as error:
            raise CommandError(
                f"{python} has no pip, and there is no uv.",
                remedy="Write the client into a file and install that in your own way: ao client python",
                code=Code.ENVIRONMENT,
            ) from error
    if ended.returncode:
        raise CommandError(
            f"{python} can't install the client.",
            code=Code.INSTALL_FAILED,
            details=(ended.stdout + ended.stderr).strip().splitlines()[-5:],
            remedy="Activate the environment of your analysis, or make one: "
            "python3 -m venv .venv && . .venv/bin/activate && ao client python --install",
        )


def _modules() -> Iterator[tuple[str, bytes]]:
    package = sources() / "src" / "anops"
    for file in sorted(package.rglob("*")):
        if file.suffix == ".py" or file.name == "py.typed":
            yield f"anops/{file.relative_to(package).as_posix()}", file.read_bytes()


def _metadata(project: Mapping[str, object]) -> str:
    needs, extras = project["dependencies"], project["optional-dependencies"]
    lines = [
        "Metadata-Version: 2.4",
        f"Name: {project['name']}",
        f"Version: {project['version']}",
        f"Summary: {project['description']}",
        f"License-Expression: {project['license']}",
        "License-File: LICENSE",
        f"Requires-Python: {project['requires-python']}",
        *(f"Requires-Dist: {need}" for need in (needs if isinstance(needs, list) else ())),
        *(line for name, more in (extras if isinstance(extras, dict) else {}).items() for line in _extra(name, more)),
        "Description-Content-Type: text/markdown",
    ]
    return "\n".join(lines) + "\n\n" + (sources() / "README.md").read_text(encoding="utf-8")


def _extra(name: str, needs: list[str]) -> Iterator[str]:
    yield f"Provides-Extra: {name}"
    for need in needs:
        yield f"Requires-Dist: {need}; extra == '{name}'"


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
