"""`docker compose --profile control up`: from uploaded models to predictions, with nothing but HTTP."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from engine import reference_of, wait_until
from test_compose import compose, free_port, up
from testcontainers.core.docker_client import DockerClient

if TYPE_CHECKING:
    from pathlib import Path

MODELS = {"mtcars-mpg": "model.rds", "iris-species": "model.joblib"}


def token_of(name: str, root: Path) -> str:
    """Read the token as the page says."""
    command = [*compose(), "--project-name", name, "--profile", "control"]
    read = ["exec", "-T", "control", "cat", "/projects/.anops-control/token"]
    done = subprocess.run([*command, *read], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def ended(client: httpx.Client, path: str, request: dict[str, Any]) -> dict[str, Any]:
    job: dict[str, Any] = client.post(path, json=request, params={"wait": 60}).json()
    while job["state"] in {"queued", "running"}:
        job = client.get(job["links"]["self"], params={"wait": 60}).json()
    return job


def test_uploaded_models_of_both_languages_predict(root: Path) -> None:
    port = free_port()
    with up(root, CONTROL_PORT=port, COMPOSE_PROFILES="control", only="control") as name:
        url = f"http://127.0.0.1:{port}"

        def healthy() -> bool:
            try:
                return httpx.get(f"{url}/health", timeout=60).status_code == 200
            except httpx.TransportError:
                return False

        wait_until(healthy)
        containers = DockerClient().client.containers
        (container,) = containers.list(filters={"label": f"com.docker.compose.project={name}"})
        assert {place["HostIp"] for places in container.ports.values() for place in places or ()} == {"127.0.0.1"}
        headers = {"Authorization": f"Bearer {token_of(name, root)}"}
        with httpx.Client(base_url=url, headers=headers, timeout=90) as client:
            for project, model in MODELS.items():
                predicts(client, root / "examples" / project, model)
            problem = ended(client, f"/v1/projects/{project}/build", {})["problem"]
        assert problem["code"] == "ENGINE"
        assert "This is a container, which has no engine." in problem["remedy"]
        wait_until(lambda: containers.get(container.id).attrs["State"]["Health"]["Status"] == "healthy")


def predicts(client: httpx.Client, example: Path, model: str) -> None:
    rows, expected = reference_of(example)
    project = f"/v1/projects/{example.name}"
    client.put(f"{project}/files/{model}", content=(example / model).read_bytes()).raise_for_status()
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    client.put(f"{project}/files/rows.csv", content=text.getvalue()).raise_for_status()
    made = ended(client, f"{project}/init", {"model": model, "data": "rows.csv"})
    assert made["state"] == "done", made
    job = client.post(f"{project}/serve", json={"port": 0, "workers": 1}, params={"wait": 60}).json()
    assert job.get("ready"), job
    asked = ended(client, f"{project}/predict", {"file": "rows.csv", "form": "json"})
    received = [row["prediction"] for row in json.loads(asked["result"]["content"])["predictions"]]
    wanted = [row["prediction"] for row in expected]
    assert received == (pytest.approx(wanted, rel=1e-9) if isinstance(wanted[0], float) else wanted)
    client.post(f"{job['links']['self']}/cancel")
