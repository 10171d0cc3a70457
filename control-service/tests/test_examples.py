"""The examples of the OpenAPI document are what the service answers: each request is made for real."""

from __future__ import annotations

import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx
import joblib
import pandas as pd
import pytest
from anops_control.verbs.registry import NAMES
from anops_control_service.examples import FILE
from anops_http.access.key_file import hash_of, new_secret
from anops_model_interface.prediction_log import Prediction, PredictionStore
from sklearn.linear_model import LinearRegression
from statsmodels.tsa.statespace.sarimax import SARIMAX

ROWS = pd.DataFrame({"wt": [2.5, 3.0, 4.5, 5.0], "hp": [90.0, 110.0, 180.0, 250.0]})
STEPS = "def load_data(): return 1\n"
TASK = '\n[tasks.say]\nrun = "echo hello"\n'
COIN = "def toss(p, rng): return int(rng.random() < p)\n"
EXPERIMENT = """
[experiments.coin]
function = "coin.py:toss"
parameters.p = [0.2, 0.5]
replicates = 2
"""
CALIBRATION = """
[calibrations.coin]
function = "coin.py:toss"
parameters.p = { min = 0.01, max = 0.99 }
targets.value = { observed = 1, loss = "normal", sd = 0.1 }
replicates = 2
trials = 6
refine = 4
"""
SCHEDULE = '\n[schedules.yearly]\nat = "0 0 1 1 *"\ntime_zone = "Europe/Brussels"\ntask = "say"\n'
PROJECT = "/v1/projects/cars"
ENVIRONMENT = """
[deployment.dev]
provider = "local"
model = "cars"
port = 0
workers = 1

[deployment.live]
provider = "local"
model = "cars@live"
port = 0
workers = 1
approvers = ["ana"]
"""
ALERT = '\n[alerts.many]\nwatch = "rows"\nabove = 10\ndays = 36500\n'
BUNDLE = "oras://registry.example.com/team/coin:1"
MOMENTS = {"started", "ended"}
"""What a job has or has not yet, as it comes."""


class Asked:
    """Asks, and keeps what was asked and answered."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        self.project = PROJECT
        self.kept: dict[str, dict[str, Any]] = {}

    def verb(self, name: str, /, **request: Any) -> dict[str, Any]:
        path = name.replace(" ", "/")
        answer = self.client.post(f"{self.project}/{path}", json=request, params={"wait": 60})
        status, told = answer.status_code, answer.json()
        while told.get("state") in {"queued", "running"} and "ready" not in told:  # on a busy machine, longer than that
            answer = self.client.get(told["links"]["self"], params={"wait": 60})
            status, told = 202 if "ready" in answer.json() else 200, answer.json()
        self.kept[f"POST /v1/projects/{{project}}/{path}"] = {"request": request, "status": status, "answer": told}
        return dict(told)

    def get(self, path: str, template: str) -> Any:
        answer = self.client.get(path)
        self.kept[f"GET {template}"] = {"status": answer.status_code, "answer": answer.json()}
        return answer.json()


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where its workspaces are kept."""
    monkeypatch.setenv("ANOPS_HOME", str(tmp_path / "root/.home"))


def test_every_verb_has_an_example() -> None:
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    paths = (name.replace(" ", "/") for name in NAMES)
    lacking = {f"POST /v1/projects/{{project}}/{path}" for path in paths} - kept.keys()
    assert not lacking, "ask for it in this file, and run it: pytest -m long control-service/tests/test_examples.py"


@pytest.mark.long  # each verb is a process, most of which load MLflow
def test_the_examples_are_what_is_answered(client: httpx.Client, tmp_path: Path) -> None:
    model = LinearRegression().fit(ROWS, 40 - 5 * ROWS["wt"] - 0.02 * ROWS["hp"])
    joblib.dump(model, tmp_path / "model.joblib")
    asked = Asked(client)
    for name, content in (
        ("model.joblib", (tmp_path / "model.joblib").read_bytes()),
        ("rows.csv", ROWS.to_csv(index=False)),
    ):
        sent = client.put(f"{PROJECT}/files/{name}", content=content)
    asked.kept["PUT /v1/projects/{project}/files/{path}"] = {"status": sent.status_code, "answer": sent.json()}
    assert asked.verb("init", model="model.joblib", data="rows.csv")["state"] == "done"
    toml = client.get(f"{PROJECT}/files/ao.toml").text
    client.put(f"{PROJECT}/files/ao.toml", content=toml + TASK)
    for settings_or_version in ("config", "version"):
        asked.verb(settings_or_version)
    assert asked.verb("check", only=["schema", "predictions"])["result"]["summary"]["passed"]
    asked.verb("run", tasks=["say"], track=True)
    served = asked.verb("serve", port=0, workers=1)
    assert asked.verb("status")["result"]["models"][0]["ready"]
    assert asked.verb("bench", callers=[1], seconds=0.2)["result"]["steps"][0]["failures"] == {}
    assert asked.verb("plot", column="wt", points=2)["result"]["places"]
    answer = asked.verb("predict", file="rows.csv", form="json")["result"]["content"]
    received = [each["prediction"] for each in json.loads(answer)["predictions"]]
    assert received == pytest.approx(list(model.predict(ROWS)))
    asked.kept["POST /v1/jobs/{job}/cancel"] = {
        "status": 202, "answer": client.post(f"{served['links']['self']}/cancel").json(),
    }  # fmt: skip
    ended = client.get(served["links"]["self"], params={"wait": 30}).json()
    assert ended["state"] == "done"  # waited for its end: it had been ready already
    give_to_others(asked)
    monitor(asked, tmp_path / "root/cars")
    keep_versions(asked, client)
    deploy(asked)
    keep_data(asked)
    look_at_runs(asked)
    simulate(asked)
    forecast_series(asked, client, tmp_path)
    use_a_workspace(asked)
    client.put(f"{PROJECT}/files/train.py", content=STEPS)
    for name, request in (
        ("refit", {"model": "model.joblib"}), ("build", {"push": False}), ("train", {"values": ["alpha=0.5"]}),
        ("bundle/push", {"address": BUNDLE}), ("bundle/show", {"address": BUNDLE}),
        ("bundle/pull", {"address": BUNDLE, "to": "outbreak"}),
        ("deploy/compare", {"environment": "live"}),
        ("sbom", {"image": "cars:1.2.0"}), ("verify", {"image": "cars:1.2.0", "keys": ["ana.pub"]}),
    ):  # fmt: skip
        waits = client.post(f"{PROJECT}/{name}", json=request)  # what is answered at once: all take a while
        asked.kept[f"POST /v1/projects/{{project}}/{name}"] = {
            "request": request,
            "status": waits.status_code,
            "answer": waits.json(),
        }
        client.post(f"{waits.json()['links']['self']}/cancel")
    asked.get("/v1/projects", "/v1/projects")
    asked.get(PROJECT, "/v1/projects/{project}")
    asked.get(served["links"]["self"], "/v1/jobs/{job}")
    asked.get("/v1/jobs?limit=1", "/v1/jobs")
    asked.get("/health", "/health")
    keep_all(asked)
    paths = (name.replace(" ", "/") for name in NAMES)
    assert {f"POST /v1/projects/{{project}}/{path}" for path in paths} <= asked.kept.keys()

    now = tidied(asked.kept, str(tmp_path / "root"))
    written = Path(tempfile.gettempdir(), "anops-examples.json")  # stays when the test has failed
    written.write_text(now + "\n", encoding="utf-8")
    kept = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    assert form(json.loads(now)) == form(kept), f"the answers have another form now: cp {written} {FILE}"
    document = client.get("/v1/openapi.json").json()
    build = document["paths"]["/v1/projects/{project}/build"]["post"]
    assert build["responses"]["202"]["content"]["application/json"]["example"]["verb"] == "build"


def forecast_series(asked: Asked, client: httpx.Client, folder: Path) -> None:
    """Forecast another project's series, and do with it what can be done."""
    index = pd.date_range("2024-01-01", periods=30, freq="MS")
    sales = pd.Series([100.0 + 2 * i + i % 5 for i in range(30)], index=index, name="sales")
    joblib.dump(SARIMAX(sales[:24], order=(1, 0, 0), trend="ct").fit(disp=0), folder / "sales.joblib")
    asked.project = "/v1/projects/sales"
    history = sales.rename_axis("time").to_csv()
    client.put(f"{asked.project}/files/sales.joblib", content=(folder / "sales.joblib").read_bytes())
    client.put(f"{asked.project}/files/history.csv", content=history)
    new = "".join(history.splitlines(keepends=True)[i] for i in (0, 25, 26))
    client.put(f"{asked.project}/files/new.csv", content=new)
    others, asked.kept = asked.kept, {}
    assert asked.verb("init", model="sales.joblib")["state"] == "done"
    served = asked.verb("serve", port=0, workers=1)
    asked.kept = others
    assert asked.verb("series observe", file="new.csv")["result"]["observations"]["new"] == 2
    assert asked.verb("series forecast", horizon=2, levels=[80])["result"]["predictions"]
    assert asked.verb("series backtest", file="history.csv", horizon=2, levels=[80])["result"]["scores"]
    assert asked.verb("series plot", horizon=2, levels=[80])["result"]["forecast"]
    client.post(f"{served['links']['self']}/cancel")
    client.get(served["links"]["self"], params={"wait": 30})
    asked.project = PROJECT


def look_at_runs(asked: Asked) -> None:
    """Look at the run of the task in every way."""
    (run,) = asked.verb("runs list")["result"]["runs"]
    asked.verb("runs show", run=run["id"])
    asked.verb("runs compare", runs=[run["id"]])
    asked.verb("runs plot", runs=[run["id"]], metric="system/seconds")


def keep_versions(asked: Asked, client: httpx.Client) -> None:
    """Keep two versions, and do with them what can be done."""
    rows = ROWS.assign(mpg=40 - 5 * ROWS["wt"] - 0.02 * ROWS["hp"])
    client.put(f"{PROJECT}/files/holdout.csv", content=rows.to_csv(index=False).encode())
    assert asked.verb("model register", alias="champion")["state"] == "done"
    client.put(f"{PROJECT}/files/notes.md", content=b"The same fit, with notes.")
    asked.verb("model register")
    asked.verb("model list", model="cars")
    asked.verb("model show", address="cars@champion")
    asked.verb("model card", address="cars@champion")
    assert asked.verb("lineage", id="cars@champion")["result"]["start"] == "models:/cars/1"
    asked.verb("model compare", champion="cars@champion", challenger="cars/2", data="holdout.csv")
    asked.verb("model promote", address="cars/2", checks=False, comparison=False)
    assert asked.verb("model hold", address="cars", reason="audit")["result"]["held"]
    asked.verb("model rollback", address="cars")
    asked.verb("model pull", address="cars/1", to="copy")
    asked.verb("model demote", address="cars@champion")
    removed = asked.verb("model remove", address="cars/2")
    assert removed["result"]["versions"] == [2], removed


def deploy(asked: Asked) -> None:
    """Bring a version into service, change it, take it back and down."""
    toml = asked.client.get(f"{PROJECT}/files/ao.toml").text
    asked.client.put(f"{PROJECT}/files/ao.toml", content=toml + ENVIRONMENT)
    assert asked.verb("maturity")["result"]["level"] == 0
    assert asked.verb("deploy plan", environment="dev")["result"]["action"] == "create"
    assert asked.verb("deploy apply", environment="dev")["result"]["connection"]["url"]
    asked.client.put(
        f"{PROJECT}/files/ao.toml", content=toml + ENVIRONMENT.replace("port = 0", "port = 0\ndrain_seconds = 5.0", 1)
    )
    assert asked.verb("deploy apply", environment="dev")["result"]["action"] == "change"
    assert asked.verb("deploy rollback", environment="dev")["result"]["ir"]["drain_seconds"] == 30.0
    (told,) = asked.verb("deploy status", environment="dev")["result"]["environments"]
    assert (told["state"], len(told["history"])) == ("up", 3)
    assert asked.verb("deploy logs", environment="dev", lines=5)["result"]["lines"]
    promoted = asked.verb("deploy promote", environment="dev", to="live", checks=False)
    assert promoted["result"]["state"] == "waiting"
    key = new_secret()
    entry = f'[[key]]\nname = "ana"\nhash = "{hash_of(key)}"\nscopes = ["approve"]\n'
    asked.client.put(f"{PROJECT}/files/approvers.toml", content=entry)
    approved = asked.verb("deploy approve", environment="live", key=key, comment="The evidence is good.")
    assert approved["result"]["by"] == "ana"
    asked.kept["POST /v1/projects/{project}/deploy/approve"]["request"]["key"] = "ao_…"
    assert "live.json" in asked.verb("deploy render", environment="live")["result"]["files"]
    asked.verb("deploy down", environment="live")
    assert asked.verb("deploy down", environment="dev")["result"]["state"] == "down"
    asked.client.put(f"{PROJECT}/files/ao.toml", content=toml)


def give_to_others(asked: Asked) -> None:
    """Get a client, and have a build server check each change."""
    asked.verb("client", language="python")
    assert asked.verb("ci init", host="github")["result"]["file"] == ".github/workflows/model.yml"


def keep_all(asked: Asked) -> None:
    """Keep everything in one file, and bring it back."""
    assert asked.verb("backup", to="cars.anops-backup")["result"]["files"]
    assert asked.verb("upgrade")["result"]["stores"]
    assert asked.verb("restore", file="cars.anops-backup", replace=True)["result"]["kept"]


def keep_features(asked: Asked) -> None:
    """Define a view, and use it in every way."""
    balances = "account,at,balance\n7,2026-01-01T00:00:00Z,10.5\n7,2026-01-03T00:00:00Z,20.5\n"
    asked.client.put(f"{PROJECT}/files/balances.csv", content=balances)
    asked.client.put(f"{PROJECT}/files/loans.csv", content="loan,account,at\n1,7,2026-01-02T00:00:00Z\n")
    asked.client.post(f"{PROJECT}/data/add", json={"file": "balances.csv"}, params={"wait": 60})
    view = {"dataset": "balances", "entity": ["account"], "time": "at", "ttl": "2 d"}
    assert asked.verb("features define", name="accounts", **view)["result"]["rows"] == 2
    assert asked.verb("features materialize")["result"]["views"][0]["written"] == 1
    assert asked.verb("features show")["result"]["views"][0]["online"]["entities"] == 1
    got = asked.verb("features get", names=["accounts.balance"], file="loans.csv", to="training.csv")
    assert got["result"]["with_values"] == {"accounts": 1}


def keep_schedules(asked: Asked) -> None:
    """Run what is due, and look at it in every way."""
    toml = asked.client.get(f"{PROJECT}/files/ao.toml").text
    asked.client.put(f"{PROJECT}/files/ao.toml", content=toml + SCHEDULE)
    assert len(asked.verb("schedule next", count=3)["result"]["schedules"][0]["next"]) == 3
    assert asked.verb("schedule run", name="yearly")["result"]["state"] == "done"
    assert asked.verb("schedule history", number=1)["result"]["runs"][0]["log"]
    asked.verb("schedule list")
    assert asked.verb("schedule export", form="cron")["result"]["files"]
    assert asked.verb("schedule start")["ready"]["schedules"] == ["yearly"]
    assert asked.verb("schedule stop")["result"]["stopped"]


def simulate(asked: Asked) -> None:
    """Run a small experiment, and look at it in every way."""
    keep_features(asked)
    keep_schedules(asked)
    asked.client.put(f"{PROJECT}/files/coin.py", content=COIN)
    toml = asked.client.get(f"{PROJECT}/files/ao.toml").text
    asked.client.put(f"{PROJECT}/files/ao.toml", content=toml + EXPERIMENT + CALIBRATION)
    assert asked.verb("sim plan", name="coin")["result"]["tasks"] == 4
    ended = asked.verb("sim run", name="coin", workers=1)["result"]
    assert (ended["done"], ended["failed"]) == (4, 0)
    asked.verb("sim resume", name="coin")
    asked.verb("sim status", name="coin")
    asked.verb("sim results", name="coin", output="coin.csv")
    asked.verb("sim cancel", name="coin")
    assert "coin.py" in {each["name"] for each in asked.verb("bundle build")["result"]["files"]}
    assert asked.verb("sim calibrate", name="coin", workers=1)["result"]["done"] == 10


def use_a_workspace(asked: Asked) -> None:
    """Bring one up, look at it in every way, and take it down."""
    assert asked.verb("workspace up", name="dev", max_workers=1)["result"]["state"] == "up"
    assert len(asked.verb("workspace list")["result"]["workspaces"]) == 1
    assert asked.verb("workspace status", name="dev")["result"]["workers"] == 1
    asked.verb("workspace connect", name="dev")
    forwarded = asked.verb("workspace port-forward", name="dev", port=0)
    assert httpx.get(forwarded["ready"]["url"], timeout=60).status_code == 200
    asked.client.post(f"{forwarded['links']['self']}/cancel")
    asked.verb("workspace scale", name="dev", min_workers=0)
    assert asked.verb("workspace down", name="dev")["result"] == {"name": "dev", "state": "down"}


def monitor(asked: Asked, folder: Path) -> None:
    """Watch the model: a log of what it was asked is put where `ao serve` keeps it."""
    store = PredictionStore(folder / ".anops/predictions.db")
    rows = [{"wt": 2 + place / 10, "hp": 100 + place} for place in range(40)]
    predicted = [{"prediction": 40 - 5 * each["wt"] - 0.02 * each["hp"]} for each in rows]
    store.add([Prediction(request_id="asked", time=1_764_547_200, model="cars", version="0.1.0", digest="", rows=40,
                          options="{}", inputs=json.dumps(rows), outputs=json.dumps(predicted))])  # fmt: skip
    store.close()
    lines = [f"asked,{place + 1},{each['prediction']}" for place, each in enumerate(predicted)]
    asked.client.put(f"{PROJECT}/files/outcomes.csv", content="\n".join(["request_id,row,outcome", *lines]))
    assert asked.verb("monitor outcomes", file="outcomes.csv")["result"]["new"] == 40
    assert asked.verb("monitor baseline", data="rows.csv")["result"]["kept"] == 4
    assert asked.verb("monitor report", weeks=False)["result"]["outcomes"] == 40
    assert asked.verb("monitor status")["result"]["outcomes"] == 40
    toml = asked.client.get(f"{PROJECT}/files/ao.toml").text
    asked.client.put(f"{PROJECT}/files/ao.toml", content=toml + ALERT)
    assert asked.verb("monitor alerts")["result"]["begun"][0]["alert"] == "many"
    assert len(asked.verb("monitor incidents")["result"]["incidents"]) == 1
    assert asked.verb("monitor retrain")["problem"]["code"] == "FILE_NOT_FOUND"
    asked.client.put(f"{PROJECT}/files/ao.toml", content=toml)
    assert asked.verb("monitor forget", key={"hp": 100})["result"] == {"rows": 1, "outcomes": 1, "rolled": 0}
    assert asked.verb("monitor roll")["result"]["files"][0]["rows"] == 39


def keep_data(asked: Asked) -> None:
    assert asked.verb("data add", file="rows.csv", name="cars", source="the shop")["state"] == "done"
    asked.client.put(f"{PROJECT}/files/more.csv", content=pd.concat([ROWS, ROWS]).to_csv(index=False))
    assert asked.verb("data add", file="more.csv", name="cars")["result"]["new"]
    assert [each["name"] for each in asked.verb("data list")["result"]["datasets"]] == ["cars"]
    asked.verb("data show", name="cars")
    assert asked.verb("data diff", name="cars")["result"]["rows"] == [4, 8]
    asked.verb("data pull", name="cars", form="parquet", output="cars.parquet")
    assert len(asked.verb("data push", name="cars", to="shared")["result"]["pushed"]) == 2
    assert asked.verb("data remove", name="cars", yes=True)["result"]["kept"] == 0


def test_the_document_is_shown_in_a_browser(client: httpx.Client) -> None:
    page = client.get("/docs/", headers={"Authorization": ""})
    assert (page.status_code, page.headers["x-frame-options"]) == (200, "DENY")
    for asset in re.findall(r'(?:src|href)="(assets/[^"]+)"', page.text):
        assert client.get(f"/docs/{asset}", headers={"Authorization": ""}).status_code == 200
    assert client.get("/v1/openapi.json", headers={"Authorization": ""}).status_code == 200
    assert client.get("/docs/assets/..%2f..%2fapp.py", headers={"Authorization": ""}).status_code == 404


def tidied(kept: dict[str, Any], root: str) -> str:
    """Return the examples as JSON without what is of this machine and moment."""
    text = json.dumps(kept, indent=1, sort_keys=True, ensure_ascii=False)
    for path, instead in ((root, "/projects"), (sys.executable, "/opt/anops/bin/python"), (sys.prefix, "/opt/anops"),
                          (str(Path.home()), "/home/ana")):  # fmt: skip
        text = text.replace(path, instead)
    ids = {
        found: f"{number:032x}" for number, found in enumerate(dict.fromkeys(re.findall(r"\b[0-9a-f]{32}\b", text)), 1)
    }
    text = re.sub(r"\b[0-9a-f]{32}\b", lambda match: ids[match[0]], text)
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+(?:\+00:00|Z)", "2026-01-31T12:00:00.000+00:00", text)
    text = re.sub(r"\([0-9a-f]{8}\)", "(00000002)", text)  # the beginning of a run's id, in the name of a line
    text = re.sub(r"\b2026\d{4}-\d{6}(-[0-9a-f]{4})?\b", "20260131-120000", text)  # when it was done, in names
    return re.sub(r"127\.0\.0\.1:\d{4,5}", "127.0.0.1:8080", text)


def form(value: Any) -> Any:
    """Return the keys and kinds of a value; of a list those of its first."""
    if isinstance(value, dict):
        return {key: form(each) for key, each in value.items() if key not in MOMENTS}
    if isinstance(value, list):
        return [form(value[0])] if value else []
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__
