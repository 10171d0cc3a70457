"""Which distribution a Python module comes from, and how to install it where the model is loaded."""

from __future__ import annotations

import shlex
import shutil
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

CLIENT = "anops"
"""Our own client: no package registry has it, and one of that name would be somebody else's."""
WHEELS = Path("share", "anops", "wheels")
"""Where an installation keeps AnOps' own wheels, below its prefix: no package registry has them."""

_WELL_KNOWN = {
    "autogluon": "autogluon",
    "bs4": "beautifulsoup4",
    "catboost": "catboost",
    "category_encoders": "category-encoders",
    "cloudpickle": "cloudpickle",
    "cv2": "opencv-python-headless",
    "dill": "dill",
    "feature_engine": "feature-engine",
    "formulaic": "formulaic",
    "imblearn": "imbalanced-learn",
    "interpret": "interpret",
    "joblib": "joblib",
    "keras": "keras",
    "lifelines": "lifelines",
    "lightgbm": "lightgbm",
    "linearmodels": "linearmodels",
    "mlxtend": "mlxtend",
    "nltk": "nltk",
    "numpy": "numpy",
    "pandas": "pandas",
    "patsy": "patsy",
    "PIL": "Pillow",
    "polars": "polars",
    "prophet": "prophet",
    "pygam": "pygam",
    "quantile_forest": "quantile-forest",
    "scipy": "scipy",
    "skfda": "scikit-fda",
    "sklearn": "scikit-learn",
    "sklearn_pandas": "sklearn-pandas",
    "skopt": "scikit-optimize",
    "sksurv": "scikit-survival",
    "skops": "skops",
    "spacy": "spacy",
    "statsmodels": "statsmodels",
    "torch": "torch",
    "xgboost": "xgboost",
    "yaml": "PyYAML",
}
"""Distributions of modules that models are known to need: one that is not installed can't say its own name."""


@cache
def _installed() -> dict[str, list[str]]:
    return {module: list(names) for module, names in packages_distributions().items()}


def distribution_of(module: str) -> str | None:
    """Name the distribution that a module comes from.

    Args:
        module: A module's dotted name, such as `sklearn.linear_model._base`.

    Returns:
        The name to install it by, or None where nobody knows it.
    """
    top = module.partition(".")[0]
    known = _WELL_KNOWN.get(top)
    if known is not None and version_of(known) is not None:
        return known  # without a look at all that is installed: a fifth of a second
    installed = _installed().get(top)
    if installed:
        return known if known in installed else installed[0]
    return _WELL_KNOWN.get(top)


def version_of(distribution: str) -> str | None:
    """Return the installed version of a distribution, or None where it is not installed."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def is_installed(module: str) -> bool:
    """Say whether the package that holds a module is there, whatever the module itself."""
    top = module.partition(".")[0]
    try:
        return find_spec(top) is not None
    except (ImportError, ValueError):
        return False


def missing_remedy(module: str, beside: str) -> str:
    """Say how to fix that a module is not there; nobody knows of each whether it is a file or a package.

    Args:
        module: The module's dotted name.
        beside: What a file of that name must lie beside: `model.py`.
    """
    top = module.partition(".")[0]
    if top == CLIENT:
        return "Install the client of AnOps into the environment that loads the model: ao client python --install"
    distribution = distribution_of(module)
    if distribution is not None:
        return f"Install it into the environment that loads the model: {install_command(distribution)}"
    return (
        f"If `{top}` is a file of yours, put {top}.py beside {beside}; "
        f"if it is a package, install it: {install_command(top)}"
    )


def install_command(*distributions: str) -> str:
    """Return the shell command that installs distributions into this very interpreter."""
    return install_line(Path(sys.executable), distributions, has_pip=find_spec("pip") is not None)


def install_line(python: Path, wanted: Sequence[str], *, has_pip: bool) -> str:
    """Return the shell command that installs something into an interpreter's environment.

    Args:
        python: The interpreter.
        wanted: What pip is asked for.
        has_pip: Whether it has pip; where it has none, uv installs, or else Python's own copy of pip.
    """
    kept = Path(sys.prefix) / WHEELS
    links = ["--find-links", str(kept)] if kept.is_dir() else []
    if not has_pip and shutil.which("uv"):
        return shlex.join(["uv", "pip", "install", "--python", str(python), *links, *wanted])
    first = "" if has_pip else f"{shlex.join([str(python), '-m', 'ensurepip'])} && "
    return first + shlex.join([str(python), "-m", "pip", "install", *links, *wanted])
