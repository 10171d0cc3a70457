"""Real R models, fitted once for all tests by a plain R process."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from anops_model_service_r.runtime import RRuntime
from anops_project.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MODELS = """
saveRDS(lm(mpg ~ wt + factor(cyl), mtcars), "lm.rds")
saveRDS(lm(mpg ~ 1, mtcars), "intercept.rds")
saveRDS(glm(am ~ wt, binomial, mtcars), "glm.rds")
saveRDS(mgcv::gam(mpg ~ s(wt) + hp, data = mtcars), "gam.rds")
saveRDS(rpart::rpart(Species ~ ., iris), "rpart.rds")
saveRDS(list(), "list.rds")
saveRDS(structure(list(), class = "lgb.Booster"), "booster.rds")
a <- lm(mpg ~ wt, mtcars)
save(a, file = "one.RData")
b <- 2
save(a, b, file = "two.RData")
frame <- data.frame(`größe (cm)` = 1:9, `a.b c` = c(2, 4, 1, 8, 5, 7, 1, 2, 9), check.names = FALSE)
saveRDS(lm(`a.b c` ~ `größe (cm)`, frame), "unicode.rds")
"""


def run_r(code: str, folder: Path) -> str:
    """Run R code in a process of its own, as a statistician would."""
    done = subprocess.run(
        ["Rscript", "--vanilla", "-e", code],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="session", name="run_r")
def run_r_fixture() -> Callable[[str, Path], str]:
    return run_r


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    (folder / "fit.R").write_text(MODELS, encoding="utf-8")
    run_r('source("fit.R", encoding = "UTF-8")', folder)
    return folder


@pytest.fixture
def load(tmp_path: Path, models: Path) -> Callable[..., RRuntime]:
    """Load a model of `models` or a `model.R`, with a schema, into a runtime."""

    def _load(artifact: str | None = None, *, code: str = "", **model: Any) -> RRuntime:
        table: dict[str, Any] = dict(model)
        if artifact:
            (tmp_path / artifact).write_bytes((models / artifact).read_bytes())
            table["artifact"] = artifact
        if code:
            (tmp_path / "model.R").write_text(code, encoding="utf-8")
            table["code"] = "model.R"
        tables = {"project": {"name": "cars", "language": "r"}, "model": table}
        runtime = RRuntime()
        runtime.load(Project.build(tmp_path, tables))
        return runtime

    return _load
