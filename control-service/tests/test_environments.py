"""Each project's jobs run with the packages that its own file names, in whatever versions the service has."""

from __future__ import annotations

import io
import json
import tarfile
import threading
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import psutil
import pytest
import threadpoolctl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

ANOTHER = "3.5.0"  # of a small package, since a large one says no more
assert threadpoolctl.__version__ != ANOTHER
PYTHON = """
[project]
name = "{name}"
version = "1.0.0"
language = "python"
[model]
artifact = "model.joblib"
[model.inputs]
x = "number"
[model.outputs]
prediction = "number"
[tasks.show]
run = "python -c 'import threadpoolctl, anops_worker; print(threadpoolctl.__version__)'"
"""
R = """
[project]
name = "rows"
version = "1.0.0"
language = "r"
[model]
artifact = "model.rds"
[model.inputs]
x = "number"
[model.outputs]
prediction = "number"
[image]
r_repositories = ["{url}"]
[tasks.show]
run = "Rscript -e 'cat(anopsTiny::answer())'"
"""


def ended(client: httpx.Client, job: dict[str, Any]) -> dict[str, Any]:
    while job["state"] in {"queued", "running"}:
        job = client.get(job["links"]["self"], params={"wait": 60}).json()
    return job


def lines_of(client: httpx.Client, job: dict[str, Any]) -> list[str]:
    with client.stream("GET", job["links"]["events"]) as events:
        told = [json.loads(line[6:]) for line in events.iter_lines() if line.startswith("data: {")]
    return [each["text"] for each in told if each.get("text")]


def environments(root: Path) -> set[str]:
    """Return what is made, or half made, but for what is kept of Debian's archive."""
    found = (root / ".anops-control/environments").glob("*/")
    return {folder.name for folder in found} - {"debian-archive"}


def test_two_jobs_at_once_share_the_environment_that_requirements_ask_for(
    shared: tuple[httpx.Client, Path],
) -> None:
    client, _ = shared
    jobs = []
    for name in ("one", "two"):
        client.put(f"/v1/projects/{name}/files/ao.toml", content=PYTHON.format(name=name))
        client.put(f"/v1/projects/{name}/files/requirements.txt", content=f"threadpoolctl=={ANOTHER}\n")
        jobs.append(client.post(f"/v1/projects/{name}/run", json={"tasks": ["show"]}).json())
    told = [lines_of(client, ended(client, job)) for job in jobs]
    assert all(ANOTHER in lines for lines in told), told
    made = [any("Making the project's environment" in line for line in lines) for lines in told]
    assert sorted(made) == [False, True]
    settings = ended(client, client.post("/v1/projects/two/config", json={}).json())["result"]
    assert "/.anops-control/environments/" in settings["loaded_by"]["python"]["path"]


def test_what_is_installed_already_needs_no_environment(shared: tuple[httpx.Client, Path]) -> None:
    client, root = shared
    before = environments(root)
    client.put("/v1/projects/p/files/ao.toml", content=PYTHON.format(name="p"))
    client.put("/v1/projects/p/files/requirements.txt", content=f"threadpoolctl=={threadpoolctl.__version__}\n")
    job = ended(client, client.post("/v1/projects/p/run", json={"tasks": ["show"]}).json())
    assert threadpoolctl.__version__ in lines_of(client, job)
    assert environments(root) == before


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("requirements.txt", "threadpoolctl==999.1\n", "threadpoolctl==999.1"),
        ("requirements.txt", "threadpool ctl\n", "threadpool ctl"),
        ("DESCRIPTION", "Package: p\nImports: R (>= 99)\n", "R (>= 99)"),
        ("DESCRIPTION", "Package: p\nImports: 9lives\n", "9lives"),
    ],
)
def test_what_cant_be_installed_is_a_problem_with_the_last_lines(
    shared: tuple[httpx.Client, Path], file: str, content: str, said: str
) -> None:
    client, root = shared
    before = environments(root)
    toml = PYTHON.format(name="p") if file == "requirements.txt" else R.format(url="http://127.0.0.1:9")
    client.put("/v1/projects/p/files/ao.toml", content=toml)
    client.put(f"/v1/projects/p/files/{file}", content=content)
    job = ended(client, client.post("/v1/projects/p/run", json={"tasks": ["show"]}).json())
    problem = job["problem"]
    assert (job["state"], problem["code"]) == ("failed", "INSTALL_FAILED")
    assert said in " ".join(problem["details"])
    assert file in problem["remedy"]
    assert environments(root) == before  # nothing half-made stays


def test_r_packages_of_description_come_from_the_named_repository(
    shared: tuple[httpx.Client, Path], tmp_path: Path
) -> None:
    client, _ = shared
    with repository(tmp_path / "repository") as url:
        client.put("/v1/projects/rows/files/ao.toml", content=R.format(url=url))
        client.put(
            "/v1/projects/rows/files/DESCRIPTION", content="Package: rows\nImports: stats,\n  anopsTiny (>= 1.0)\n"
        )
        job = ended(client, client.post("/v1/projects/rows/run", json={"tasks": ["show"]}).json())
    assert "forty-two" in lines_of(client, job)
    again = ended(client, client.post("/v1/projects/rows/run", json={"tasks": ["show"]}).json())  # nothing is asked
    assert lines_of(client, again)[:1] != ["Installing the R packages that DESCRIPTION names"]


def test_a_model_that_lacks_a_package_says_how_it_gets_one(shared: tuple[httpx.Client, Path]) -> None:
    client, _ = shared
    pickled = b"cnosuchpackage.models\nModel\n."
    client.put("/v1/projects/lacks/files/model.pkl", content=pickled)
    job = ended(client, client.post("/v1/projects/lacks/init", json={"model": "model.pkl"}).json())
    assert job["problem"]["code"] == "MODEL_LOAD"
    assert "PUT /v1/projects/lacks/files/requirements.txt" in job["problem"]["details"][-1]


@pytest.mark.parametrize("language", ["python", "r"])
def test_cancelled_while_packages_are_installed_nothing_stays_and_who_waits_goes_on(
    shared: tuple[httpx.Client, Path], language: str
) -> None:
    client, root = shared
    before = environments(root)
    with silent_registry() as (url, asked):
        for name in ("first", "second"):
            project = f"{language}-{name}"
            toml, file, content = (
                (PYTHON.format(name=project), "requirements.txt", f"--index-url {url}\nanops-tiny==1.0\n")
                if language == "python"
                else (R.format(url=url), "DESCRIPTION", "Package: rows\nImports: anopsTiny\n")
            )
            client.put(f"/v1/projects/{project}/files/ao.toml", content=toml)
            client.put(f"/v1/projects/{project}/files/{file}", content=content)
        first = client.post(f"/v1/projects/{language}-first/run", json={"tasks": ["show"]}).json()
        assert asked.wait(90), "the installer asks the registry"
        second = client.post(f"/v1/projects/{language}-second/run", json={"tasks": ["show"]}).json()
        told_until(client, second, "Another job is making this environment")
        (made,) = environments(root) - before
        client.post(f"{first['links']['self']}/cancel")
        assert ended(client, first)["state"] == "cancelled"
        told_until(client, second, "from requirements.txt" if language == "python" else "that DESCRIPTION names")
        client.post(f"{second['links']['self']}/cancel")
        assert ended(client, second)["state"] == "cancelled"
    assert environments(root) == before
    assert [each.pid for each in psutil.process_iter(["cmdline"]) if made in " ".join(each.info["cmdline"] or ())] == []


def told_until(client: httpx.Client, job: dict[str, Any], text: str) -> None:
    """Listen to a job until it tells something."""
    with client.stream("GET", job["links"]["events"]) as events:
        assert any(text in line for line in events.iter_lines())


@contextmanager
def silent_registry() -> Iterator[tuple[str, threading.Event]]:
    """Serve packages that never come, and say when somebody asks."""
    asked, over = threading.Event(), threading.Event()

    class Silent(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.set()
            over.wait(60)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Silent) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            over.set()
            server.shutdown()
            thread.join()


@contextmanager
def repository(folder: Path) -> Iterator[str]:
    """Serve an R repository of one package."""
    files = {
        "DESCRIPTION": "Package: anopsTiny\nVersion: 1.2\nTitle: T\nDescription: D.\nLicense: MIT\n"
        "Author: A\nMaintainer: A <a@b.example>\n",
        "NAMESPACE": "export(answer)\n",
        "R/answer.R": "answer <- function() 'forty-two'\n",
    }
    place = folder / "src/contrib"
    place.mkdir(parents=True)
    with tarfile.open(place / "anopsTiny_1.2.tar.gz", "w:gz") as packed:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"anopsTiny/{name}")
            entry.size = len(text)
            packed.addfile(entry, io.BytesIO(text.encode()))
    (place / "PACKAGES").write_text("Package: anopsTiny\nVersion: 1.2\n\n")
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
