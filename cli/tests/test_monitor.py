"""`ao monitor` as a person types it; what it tells to type works."""

from __future__ import annotations

import json
from importlib.metadata import EntryPoints
from shutil import copytree
from typing import TYPE_CHECKING

import pytest
from anops_model_interface.prediction_log import Prediction, PredictionStore
from postgresql_server import empty_database, running

if TYPE_CHECKING:
    from pathlib import Path

    from anops_model_interface.log_file import LogPlace
    from conftest import Ao

ROWS = 40
WIDTHS = [place / 10 for place in range(ROWS)]


@pytest.fixture
def project(fitted_python_project: Path, tmp_path: Path) -> Path:
    return copytree(fitted_python_project, tmp_path / "petals")


def keep_predictions(project: Path, place: LogPlace | None = None) -> None:
    """Write a log as a service does, where the project has it or elsewhere."""
    inputs = [{"sepal length (cm)": 5.0, "petal width (cm)": width + 2} for width in WIDTHS]
    outputs = [{"prediction": 1.25 + 2.5 * row["petal width (cm)"]} for row in inputs]
    store = PredictionStore(place or project / ".anops/predictions.db")
    store.add(
        [
            Prediction(request_id="r1", time=1_764_547_200, model="petals", version="0.1.0", digest="", rows=ROWS,
                       options="{}", inputs=json.dumps(inputs), outputs=json.dumps(outputs))
        ]
    )  # fmt: skip
    store.close()


def test_a_model_is_watched_as_the_messages_say(ao: Ao, project: Path) -> None:
    nothing = ao("monitor", "report", folder=project)
    assert nothing.exit_code == 1, nothing.output
    assert "`petals` has no prediction log yet" in nothing.output
    assert 'Set log_predictions = "values" under [service]' in nothing.output.replace("\n", " ")
    keep_predictions(project)
    assert "Keep rows that the model was fitted on: ao monitor baseline FILE.csv" in ao("monitor", "report").output
    assert "ao monitor baseline FILE.csv" in ao("monitor", "status").output
    lines = [f"5.0,{width},{1.25 + 2.5 * width}" for width in WIDTHS]
    (project / "FILE.csv").write_text("\n".join(["sepal length (cm),petal width (cm),y", *lines]), encoding="utf-8")
    kept = ao("monitor", "baseline", "FILE.csv")
    assert kept.exit_code == 0, kept.output
    assert "The baseline has 40 rows of FILE.csv." in kept.output
    assert "See how the model fares: ao monitor report" in kept.output
    told = ao("monitor", "report")
    assert "Column `petal width (cm)` has moved, and the change is large" in told.output.replace("\n", " ")
    assert "performance: 0 outcomes: fewer than 30 are too few" in told.output


def test_outcomes_of_a_file_are_kept_once_and_unknown_ones_are_named(ao: Ao, project: Path) -> None:
    keep_predictions(project)
    (project / "true.csv").write_text("request_id,row,came\nr1,1,6.5\nr1,2,NA\nr9,1,3\n", encoding="utf-8")
    assert (
        "Name the column of what came true: --outcome" in ao("monitor", "outcomes", "true.csv", folder=project).output
    )
    told = ao("monitor", "outcomes", "true.csv", "--outcome", "came").output
    assert "2 outcomes are new, 0 changed, 0 were known." in told
    assert "1 line has no outcome yet." in told
    assert "1 is of no prediction in the log: r9 row 1. It is kept all the same." in told.replace("\n", " ")
    assert (
        "0 outcomes are new, 0 changed, 2 were known."
        in ao("monitor", "outcomes", "true.csv", "--outcome", "came").output
    )


def test_a_text_among_numbers_makes_no_texts_of_the_others(ao: Ao, project: Path) -> None:
    keep_predictions(project)
    file = project / "true.csv"
    file.write_text("request_id,row,outcome\nr1,1,6.5\nr1,2,\nr1,3,lost\nr1,4,n/a\n", encoding="utf-8")
    refused = ao("monitor", "outcomes", "true.csv", folder=project)
    assert refused.exit_code == 1
    assert "Column `outcome` of `true.csv` must hold numbers" in refused.output
    assert "Row 3 is 'lost'; 1 more row has the same problem." in refused.output.replace("\n", " ")
    file.write_text("petal width (cm),time,outcome\n2.0,2025-12-02,6.5\nwide,2025-12-02,7\n", encoding="utf-8")
    assert "Row 2 is 'wide'." in ao("monitor", "outcomes", "true.csv").output
    assert "0 outcomes" in ao("monitor", "status").output
    file.write_text("request_id,row,outcome\nr1,1,6.5\nr1,2,\n", encoding="utf-8")
    assert ao("monitor", "outcomes", "true.csv").exit_code == 0


def test_outcomes_by_key_need_a_time(ao: Ao, project: Path) -> None:
    keep_predictions(project)
    file = project / "true.csv"
    file.write_text("petal width (cm),outcome\n2.0,6.5\n", encoding="utf-8")
    refused = ao("monitor", "outcomes", "true.csv", folder=project)
    assert refused.exit_code == 2
    assert "does not say of which predictions its outcomes are" in refused.output
    file.write_text("petal width (cm),time,outcome\n2.0,soon,6.5\n", encoding="utf-8")
    assert "row 1 is 'soon'" in ao("monitor", "outcomes", "true.csv").output.replace("\n", " ")
    file.write_text("petal width (cm),time,outcome\n2.0,2025-12-02,6.5\n", encoding="utf-8")
    assert ao("monitor", "outcomes", "true.csv").exit_code == 0
    (project / "FILE.csv").write_text("sepal length (cm),petal width (cm)\n5,1\n", encoding="utf-8")
    assert ao("monitor", "baseline", "FILE.csv").exit_code == 0
    assert json.loads(ao("monitor", "report", "--json").stdout)["outcomes"] == 1


def test_a_key_with_a_column_that_the_model_has_not_is_refused(ao: Ao, project: Path) -> None:
    keep_predictions(project)
    lines = "petal width (cm),sepal length,time,outcome\n2.0,5,2025-12-02,6.5\n2.0,6,2025-12-02,9\n"
    (project / "true.csv").write_text(lines, encoding="utf-8")
    told = ao("monitor", "outcomes", "true.csv", folder=project)
    assert told.exit_code == 2
    assert "The model has no column `sepal length`" in told.output
    assert "Call the column `sepal length (cm)`." in told.output
    assert "0 outcomes" in ao("monitor", "status").output


def test_somebody_is_forgotten(ao: Ao, project: Path) -> None:
    keep_predictions(project)
    assert ao("monitor", "forget", folder=project).exit_code == 2
    assert "The model has no column `petal`" in ao("monitor", "forget", "--key", "petal=2").output
    rolled = ao("monitor", "roll").output
    assert "2025-12.parquet has 40 rows." in rolled.replace("\n", "")
    gone = ao("monitor", "forget", "--key", "petal width (cm)=2", "--key", "sepal length (cm)=5.0").output
    assert "Deleted 1 rows and 0 outcomes." in gone
    assert "Deleted 1 rows of the files in .anops/predictions." in gone
    (fit,) = json.loads(ao("monitor", "status", "--json").stdout)["fits"]
    assert (fit["rows"], fit["rows_with_values"]) == (ROWS - 1, ROWS - 1)
    (project / "FILE.csv").write_text("sepal length (cm),petal width (cm)\n5,1\n", encoding="utf-8")
    assert ao("monitor", "baseline", "FILE.csv").exit_code == 0
    assert json.loads(ao("monitor", "report", "--json").stdout)["rows"] == ROWS - 1
    assert "Deleted 39 rows and 0 outcomes." in ao("monitor", "forget", "--request", "r1").output


def test_a_log_in_postgresql_is_watched_as_a_file_is(
    ao: Ao, project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    config = project / "ao.toml"
    written = config.read_text()
    config.write_text(written + '[service]\nlog_store = "postgresql://ada:secret@127.0.0.1:9/log"\n')
    assert "must hold no password" in ao("monitor", "status", folder=project).output
    config.write_text(written + '[service]\nlog_store = "postgresql://ada@127.0.0.1:9/log"\nlog_mb = 5\n')
    assert "`log_mb` is for a log in a file" in ao("monitor", "status").output
    config.write_text(written + '[service]\nlog_store = "postgresql://ada@127.0.0.1:9/log"\n')
    away = ao("monitor", "report")
    assert away.exit_code == 5
    assert "The prediction log postgresql://127.0.0.1:9/log can't be read: PostgreSQL: " in away.output
    with running(tmp_path_factory) as server:
        address = empty_database(server)
        config.write_text(f'{written}[service]\nlog_store = "{address}"\n')
        assert "`petals` has no prediction log yet" in ao("monitor", "report").output
        keep_predictions(project, address)
        (project / "true.csv").write_text("request_id,row,came\nr1,1,6.5\n", encoding="utf-8")
        assert "1 outcome is new" in ao("monitor", "outcomes", "true.csv", "--outcome", "came").output
        (project / "FILE.csv").write_text("sepal length (cm),petal width (cm)\n5,1\n", encoding="utf-8")
        assert ao("monitor", "baseline", "FILE.csv").exit_code == 0
        report = json.loads(ao("monitor", "report", "--json").stdout)
        status = json.loads(ao("monitor", "status", "--json").stdout)
        assert "2025-12.parquet has 40 rows." in ao("monitor", "roll").output.replace("\n", "")
        assert "Deleted 40 rows and 1 outcomes." in ao("monitor", "forget", "--request", "r1").output
    assert (report["rows"], report["outcomes"]) == (ROWS, 1)
    assert (status["outcomes"], [each["rows"] for each in status["fits"]]) == (1, [ROWS])
    assert not (project / ".anops/predictions.db").exists()


def test_without_the_extra_the_line_that_adds_it_is_printed(
    ao: Ao, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anops_control.extras.opening.entry_points", lambda **_: EntryPoints(()))
    lacking = ao("monitor", "status", folder=project)
    assert lacking.exit_code == 3
    assert "→ Run: ao extra add monitoring" in lacking.output
