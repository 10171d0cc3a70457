"""A group that a mixed model has not seen: refused as R does, or the population's prediction where ao.toml says so."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from stack import serving

if TYPE_CHECKING:
    from pathlib import Path

FIT = """
fitted <- lme4::lmer(Reaction ~ Days + (Days | Subject), lme4::sleepstudy)
saveRDS(fitted, "fitted.rds")
rows <- data.frame(Days = c(1, 2), Subject = c("new", "308"))
cat(format(predict(fitted, rows, allow.new.levels = TRUE), digits = 17), sep = "\\n")
"""


@pytest.fixture
def expected(tmp_path: Path) -> list[float]:
    """Fit, take in, and return R's own predictions for a new group and a known one."""
    printed = subprocess.run(
        ["Rscript", "--vanilla", "-e", FIT], cwd=tmp_path, check=True, capture_output=True, text=True, timeout=120
    ).stdout
    subprocess.run(
        [sys.executable, "-m", "ao", "init", "project", "--model", "fitted.rds"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=120,
    )
    return [float(line) for line in printed.split()]


def test_a_new_group_is_refused_or_gets_the_populations_prediction(tmp_path: Path, expected: list[float]) -> None:
    rows = [{"Days": 1, "Subject": "new"}, {"Days": 2, "Subject": "308"}]
    with serving(tmp_path / "project", "--workers", "1") as stack:
        refused = stack.client.post("/predict", json={"data": rows})
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["column"] == "Subject"

    toml = tmp_path / "project" / "ao.toml"
    text = toml.read_text(encoding="utf-8")
    assert 'missing = "error" }' in text
    toml.write_text(text.replace('missing = "error" }', 'missing = "allow", novel = "missing" }'), encoding="utf-8")
    with serving(tmp_path / "project", "--workers", "1") as stack:
        answer = stack.client.post("/predict", json={"data": rows}).json()
        assert [row["prediction"] for row in answer["predictions"]] == pytest.approx(expected, rel=1e-9)
        (warning,) = answer["warnings"]
        assert "`Subject`" in warning["message"]
