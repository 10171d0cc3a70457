"""The wheel of the Python client has all of it, also what is in folders below, and says what its extras need."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from anops_control.python_client import sources, write_wheel

if TYPE_CHECKING:
    from pathlib import Path


def test_every_module_is_in_the_wheel(tmp_path: Path) -> None:
    with zipfile.ZipFile(write_wheel(tmp_path)) as wheel:
        packed = set(wheel.namelist())
        metadata = next(wheel.read(name).decode() for name in packed if name.endswith("/METADATA"))
    package = sources() / "src"
    assert {file.relative_to(package).as_posix() for file in package.rglob("*.py")} <= packed
    assert "Provides-Extra: data" in metadata
    assert "Requires-Dist: pyarrow>=18; extra == 'data'" in metadata
