"""The control service over HTTP alone: files go in, a model is served and asked, jobs are kept."""

from __future__ import annotations

import io
import json
import re
import subprocess
import tarfile
import threading
import time
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from anops_control.access.keys import add_key, revoke_key
from anops_control.verbs.registry import NAMES
from anops_http.access.scopes import Scope

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx

TOML = """
[project]
name = "waits"
version = "1.0.0"
language = "python"

[model]
artifact = "model.joblib"

[model.inputs]
wt = "number"

[model.outputs]
prediction = "number"

[tasks.wait]
run = "echo begun; sleep 60"

[tasks.say]
run = "echo hello"
"""
ROWS = pd.DataFrame({"wt": [2.5, 3.0, 4.5, 5.0], "hp": [90.0, 110.0, 180.0, 250.0]})


@pytest.fixture
def client(server: Any) -> httpx.Client:
    """The service of the file: projects of tests that must not meet have names of their own."""
    return server.client  # type: ignore[no-any-return]


def waiting(client: httpx.Client, name: str = "waits") -> None:
    client.put(f"/v1/projects/{name}/files/ao.toml", content=TOML)


def until(client: httpx.Client, job: dict[str, Any], state: str) -> dict[str, Any]:
    end = time.monotonic() + 120
    while job["state"] != state:
        assert time.monotonic() < end, job
        time.sleep(0.1)
        job = client.get(job["links"]["self"]).json()
    return job


def fitted_in_r(folder: Path) -> tuple[Path, list[float]]:
    ROWS.to_csv(folder / "rows.csv", index=False)
    code = (
        "rows <- read.csv('rows.csv'); model <- lm(40 - 5 * wt - 0.02 * hp + c(1, -1, 1, 0) ~ wt + hp, rows); "
        "saveRDS(model, 'model.rds'); cat(format(predict(model, rows), digits = 15))"
    )
    ended = subprocess.run(["Rscript", "-e", code], cwd=folder, check=True, capture_output=True, text=True)
    return folder / "model.rds", [float(each) for each in ended.stdout.split()]


def test_from_an_uploaded_r_model_to_predictions(  # that of Python is in test_examples.py
    client: httpx.Client, done: Callable[..., Any], tmp_path: Path
) -> None:
    file, expected = fitted_in_r(tmp_path)
    assert client.put(f"/v1/projects/cars/files/{file.name}", content=file.read_bytes()).status_code == 201
    client.put("/v1/projects/cars/files/rows.csv", content=ROWS.to_csv(index=False))

    made = done(client, "/v1/projects/cars/init", model=file.name, data="rows.csv")
    assert set(made["inputs"]) == {"wt", "hp"}
    assert done(client, "/v1/projects/cars/check", only=["schema", "predictions"])["summary"]["passed"]

    job = client.post("/v1/projects/cars/serve", json={"port": 0}, params={"wait": 60}).json()
    assert job["ready"]["model"]["name"] == "cars"
    answer = done(client, "/v1/projects/cars/predict", file="rows.csv", form="json")
    received = [each["prediction"] for each in json.loads(answer["content"])["predictions"]]
    assert received == pytest.approx(expected)

    client.post(f"{job['links']['self']}/cancel")
    assert until(client, job, "done")["result"] == {"event": "stopped"}
    archive = client.get("/v1/projects/cars/archive")
    with tarfile.open(fileobj=io.BytesIO(archive.content)) as packed:
        assert {"cars/ao.toml", f"cars/{file.name}", "cars/rows.csv"} <= set(packed.getnames())


def test_every_verb_has_a_route_and_its_request_is_described(client: httpx.Client) -> None:
    paths = client.get("/v1/openapi.json").json()["paths"]
    routes = {name: f"/v1/projects/{{project}}/{name.replace(' ', '/')}" for name in NAMES}
    taking = {path for path, told in paths.items() if "post" in told}
    assert taking == {*routes.values(), "/v1/jobs/{job}/cancel"}
    for route in routes.values():
        body = paths[route]["post"]["requestBody"]["content"]["application/json"]
        assert "folder" not in body["schema"]["properties"]
        assert body["example"].keys() <= body["schema"]["properties"].keys()


def test_who_lacks_the_token_gets_nowhere(client: httpx.Client) -> None:
    for path in ("/v1/projects", "/v1/jobs", "/v1/nothing"):
        answer = client.get(path, headers={"Authorization": "Bearer wrong"})
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert answer.json()["code"] == "UNAUTHENTICATED"
    assert client.get("/health", headers={"Authorization": ""}).status_code == 200


def test_a_web_page_with_a_name_of_its_own_is_refused(client: httpx.Client) -> None:
    assert client.get("/v1/jobs", headers={"Host": "somewhere.example"}).status_code == 421


def test_further_keys_are_named_and_taken_back(client: httpx.Client, server: Any) -> None:
    file = server.root / ".anops-control/keys.toml"
    admin, reader = (
        add_key(file, name, frozenset({scope})) for name, scope in (("ci", Scope.ADMIN), ("reader", Scope.PREDICT))
    )

    def status(key: str) -> int:
        return client.get("/v1/jobs/none", headers={"Authorization": f"Bearer {key}"}).status_code

    pause = threading.Event()
    for _ in range(600):
        if status(admin) == 404:
            break
        pause.wait(0.05)
    assert (status(admin), status(reader)) == (404, 403)
    revoke_key(file, "ci")
    for _ in range(600):
        if status(admin) == 401:
            return
        pause.wait(0.05)
    raise AssertionError("the key still opens")


def test_the_token_is_for_its_owner_alone(tmp_path: Path, served: Callable[..., Any]) -> None:
    with served(tmp_path):
        path = tmp_path / ".anops-control/token"
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("name", "status"),
    [("..", 404), (".anops-control", 422), ("A", 422), ("a b", 422), ("a%2Fb", 404), ("x" * 101, 422)],
)
def test_no_project_has_a_name_that_leads_elsewhere(client: httpx.Client, name: str, status: int) -> None:
    answer = client.put(f"/v1/projects/{name}/files/x.txt", content=b"x")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_no_file_lies_outside_its_project(client: httpx.Client, server: Any, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("wt\n1\n")
    waiting(client, "bounded")
    (server.root / "bounded/away").symlink_to(tmp_path)
    for path in ("%2e%2e/other/x.txt", "away/secret.csv"):
        assert client.put(f"/v1/projects/bounded/files/{path}", content=b"x").status_code == 422
    assert client.get("/v1/projects/bounded/files/away/secret.csv").status_code == 422
    for file in ("../../secret.csv", "away/secret.csv", str(tmp_path / "secret.csv")):
        answer = client.post("/v1/projects/bounded/predict", json={"file": file})
        assert (answer.status_code, answer.json()["code"]) == (422, "USAGE")


def test_a_project_that_is_a_link_to_elsewhere_is_none(client: httpx.Client, server: Any, tmp_path: Path) -> None:
    (tmp_path / "ao.toml").write_text("secret")
    waiting(client, "real")
    for name, target in (("away", tmp_path), ("own", ".anops-control"), ("all", "."), ("near", "real")):
        (server.root / name).symlink_to(target)
    for name in ("away", "own", "all"):
        told = client.get(f"/v1/projects/{name}")
        assert (told.status_code, told.json()["code"]) == (404, "PROJECT_NOT_FOUND")
        assert "is a link to a folder outside" in told.json()["detail"]
        for file in ("ao.toml", "token"):
            assert client.get(f"/v1/projects/{name}/files/{file}").status_code == 404
        assert client.put(f"/v1/projects/{name}/files/x.txt", content=b"x").status_code == 404
        assert client.post(f"/v1/projects/{name}/check").status_code == 404
        assert client.post(f"/v1/projects/{name}/init").status_code == 404
    assert client.get("/v1/projects/near").status_code == 200
    listed = {project["name"] for project in client.get("/v1/projects").json()["projects"]}
    assert listed & {"away", "own", "all", "near", "real"} == {"near", "real"}


def test_the_id_of_a_request_is_checked_and_comes_back(client: httpx.Client) -> None:
    for path in ("/health", "/v1/projects", "/v1/projects/none", "/nothing", "/docs"):
        told = client.get(path, headers={"X-Request-ID": "mine-1.2"})
        assert told.headers.get_list("x-request-id") == ["mine-1.2"], path
        if told.status_code >= 400:
            assert told.json()["request_id"] == "mine-1.2"
    refused = client.get("/v1/projects", headers={"X-Request-ID": "mine", "Authorization": "Bearer none"})
    assert (refused.status_code, refused.json()["request_id"], refused.headers["x-request-id"]) == (401, "mine", "mine")
    made = [client.get("/health", headers={"X-Request-ID": each}).headers["x-request-id"] for each in ("", "a b", "<")]
    assert len({*made}) == 3
    assert all(re.fullmatch("[0-9a-f]{32}", each) for each in made)


def test_a_file_that_is_too_large_leaves_the_one_before(client: httpx.Client) -> None:
    client.put("/v1/projects/p/files/a.csv", content=b"before")
    assert client.put("/v1/projects/p/files/a.csv", content=b"x" * (1 << 23)).status_code == 413

    def pieces() -> Any:
        for _ in range(9):
            yield b"x" * (1 << 20)

    assert client.put("/v1/projects/p/files/a.csv", content=pieces()).status_code == 413
    assert client.get("/v1/projects/p/files/a.csv").content == b"before"
    assert [each["path"] for each in client.get("/v1/projects/p").json()["files"]] == ["a.csv"]


def test_a_wrong_key_is_named_before_a_job_is_made(client: httpx.Client) -> None:
    waiting(client, "slips")
    answer = client.post("/v1/projects/slips/check", json={"olny": ["tests"]})
    assert answer.status_code == 422
    assert "`olny`" in answer.json()["details"][0]
    answer = client.post("/v1/projects/slips/check", json={"folder": "/"})
    assert answer.status_code == 422
    assert "can't say `folder`" in answer.json()["detail"]
    assert client.get("/v1/jobs", params={"project": "slips"}).json() == {"jobs": []}


def test_a_job_that_fails_says_why(client: httpx.Client) -> None:
    waiting(client)
    job = client.post("/v1/projects/waits/run", json={"tasks": ["sya"]}, params={"wait": 60}).json()
    assert job["state"] == "failed"
    assert "`ao run say`" in job["problem"]["remedy"]


def test_a_job_is_cancelled_and_those_that_wait_go_on(client: httpx.Client) -> None:
    waiting(client)
    first = client.post("/v1/projects/waits/run", json={"tasks": ["wait"]}).json()
    second = client.post("/v1/projects/waits/run", json={"tasks": ["say"]}).json()
    until(client, first, "running")
    assert client.get(second["links"]["self"]).json()["state"] == "queued"
    client.post(f"{first['links']['self']}/cancel")
    until(client, first, "cancelled")
    until(client, second, "done")
    with client.stream("GET", second["links"]["events"]) as events:
        lines = list(events.iter_lines())
    assert any('"hello"' in line for line in lines)
    assert "event: ended" in lines


@pytest.mark.parametrize("end", ["terminate", "kill"])
def test_what_ran_when_the_service_ended_is_marked(tmp_path: Path, served: Callable[..., Any], end: str) -> None:
    with served(tmp_path) as (client, process):
        waiting(client)
        job = client.post("/v1/projects/waits/run", json={"tasks": ["wait"]}).json()
        waits = client.post("/v1/projects/waits/run", json={"tasks": ["say"]}).json()
        until(client, job, "running")
        getattr(process, end)()
        process.wait(90)
    with served(tmp_path) as (client, _):
        for each in (job, waits):
            found = client.get(each["links"]["self"]).json()
            assert found["state"] == "interrupted"
            assert found["problem"]["detail"] == "The control service ended before the job did."
        with client.stream("GET", found["links"]["events"]) as events:  # nothing hangs
            assert "event: ended" in list(events.iter_lines())
