"""A virtual environment with a package of others that is not in ours, which lends it what that package needs."""

from __future__ import annotations

import subprocess
import sysconfig
import venv
from pathlib import Path


def lent_environment(folder: Path, requirement: str) -> Path:
    """Make it, and return its folder of packages. Only what ours does not have is fetched.

    Args:
        folder: Where it is made; its Python is `bin/python` there.
        requirement: The package, in a version.
    """
    venv.create(folder, with_pip=True)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    (packages / "lent.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", requirement]
    subprocess.run(pip, check=True, timeout=800)
    return packages
