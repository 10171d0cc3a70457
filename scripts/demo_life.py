"""Shows the life of a model in both languages: data, training, promotion, rollback, and its lineage."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

AO = [sys.executable, "-m", "ao"]
_PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Life:
    """A model whose first fit has seen few rows, and whose second has seen all.

    Attributes:
        lang: Its language.
        export: A program that writes all rows to all.csv, and a few of them to few.csv.
        run: What runs it.
        steps: What train.R or train.py says in place of its own `load_data`.
        own: The definition of `load_data` that is replaced, from its first line to the line before the next definition.
        target: The column of the outcome.
        metric: What the versions are compared by.
        margin: How much worse the second may be.
    """

    lang: str
    export: str
    run: tuple[str, ...]
    steps: str
    own: tuple[str, str]
    target: str
    metric: str
    margin: float


LIVES = (
    Life(
        lang="r",
        export='write.csv(mtcars, "all.csv", row.names = FALSE)\n'
        'write.csv(mtcars[seq(1, 32, 3), ], "few.csv", row.names = FALSE)\n',
        run=("Rscript", "--vanilla", "-e"),
        steps='load_data <- function() anops::data_read("cars")\n\n',
        own=("load_data", "# 32 cars"),
        target="mpg",
        metric="rmse",
        margin=1.0,
    ),
    Life(
        lang="python",
        export="from sklearn.datasets import load_iris\n"
        "iris = load_iris(as_frame=True)\n"
        "rows = iris.data.assign(species=iris.target_names[iris.target])\n"
        "rows.to_csv('all.csv', index=False)\n"
        "rows[::12].to_csv('few.csv', index=False)\n",
        run=(sys.executable, "-c"),
        steps='def load_data():\n    """Return the sizes of the flowers, and their species."""\n'
        '    import anops\n\n    rows = anops.data("cars")\n'
        '    return rows.drop(columns="species"), rows["species"].astype(str)\n\n\n',
        own=("def load_data", "def split_data"),
        target="species",
        metric="accuracy",
        margin=0.05,
    ),
)


def show_life(life: Life) -> bool:
    """Take a model from data to a rollback; say whether all went as it should."""
    say(f"\n── The life of a model in {'R' if life.lang == 'r' else 'Python'}")
    with tempfile.TemporaryDirectory(prefix="anops-life-") as name:
        folder = Path(name)
        ao(folder, "init", "cars", "--lang", life.lang)
        project = folder / "cars"
        text = (project / "ao.toml").read_text(encoding="utf-8")
        text = text.replace("[service]\n", '[service]\nlog_predictions = "ids"\n')
        (project / "ao.toml").write_text(text, encoding="utf-8")
        subprocess.run([*life.run, life.export], cwd=project, check=True, capture_output=True)
        _read_the_dataset(project, life)
        if life.lang == "r":
            _install_the_client(folder)
        ao(project, "data", "add", "few.csv", "--name", "cars", "--source", "a part of the rows")
        ao(project, "train")
        ao(project, "model", "register", "--alias", "champion")
        with (project / "ao.toml").open("a", encoding="utf-8") as toml:
            toml.write(
                f'\n[tracking]\ndata = "cars"\ntarget = "{life.target}"\nmetric = "{life.metric}"\n'
                f'better = "margin"\nmargin = {life.margin}\n'
            )
        with serving(project, "models:/cars@champion") as url, asking(url, project / "tests/example.csv") as asked:
            before = _version(url)
            ao(project, "data", "add", "all.csv", "--name", "cars", "--accept")
            ao(project, "train")
            ao(project, "model", "register")
            say(ao(project, "model", "promote", "cars/2"))
            took = _until(lambda: _version(url) != before)
            say(f"the service went over to version {_version(url)} within {took:.1f} s of the promotion")
            ao(project, "model", "rollback", "cars")
            took = _until(lambda: _version(url) == before)
            say(f"the service went back to version {before} within {took:.1f} s of the rollback")
            request = asked.last
            failed = [status for status in asked.statuses if status != 200]
        say(f"{len(asked.statuses)} requests meanwhile, {len(failed)} failed")
        say(ao(project, "lineage", f"request:{request}"))
    return not failed


def _read_the_dataset(project: Path, life: Life) -> None:
    """Let the steps read the dataset."""
    file = project / ("train.R" if life.lang == "r" else "train.py")
    text = file.read_text(encoding="utf-8")
    begin, end = text.index(life.own[0]), text.index(life.own[1])
    file.write_text(text[:begin] + life.steps + text[end:], encoding="utf-8")


def _install_the_client(folder: Path) -> None:
    """Install the R package `anops` where this demonstration alone finds it."""
    library = folder / "library"
    library.mkdir()
    os.environ["R_LIBS"] = os.pathsep.join(filter(None, (str(library), os.environ.get("R_LIBS"))))
    source = Path(__file__).parents[1] / "client" / "r" / "anops"
    command = ["R", "CMD", "INSTALL", "--no-docs", f"--library={library}", str(source)]
    subprocess.run(command, check=True, capture_output=True)


def ao(folder: Path, *words: str) -> str:
    """Run `ao`, say so, and return what it printed, or else said; end where it fails."""
    say(f"$ ao {' '.join(words)}")
    done = subprocess.run([*AO, *words], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"✖ ao {' '.join(words)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout.strip() or done.stderr.strip()


@contextmanager
def serving(project: Path, model: str) -> Iterator[str]:
    """Serve a version and follow its alias until the block ends; gives its address."""
    say(f"$ ao serve {model}")
    command = [*AO, "serve", model, "--port", "0", "--json"]
    with (
        tempfile.TemporaryFile("w+") as log,
        subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, stderr=log, text=True) as service,
    ):
        try:
            line = service.stdout.readline() if service.stdout else ""
            if not line:
                service.wait()
                log.seek(0)
                raise SystemExit(f"✖ ao serve ended before it was ready:\n{log.read()}")
            yield json.loads(line)["url"]
        finally:
            service.terminate()


@dataclass
class Asked:
    """What was answered while others asked.

    Attributes:
        statuses: The status of each answer.
        last: The id of the last request.
    """

    statuses: list[int]
    last: str = ""


@contextmanager
def asking(url: str, rows: Path) -> Iterator[Asked]:
    """Ask for predictions, one request after the other, until the block ends."""
    asked, ends, content = Asked([]), threading.Event(), rows.read_bytes()

    def ask() -> None:
        while not ends.wait(0.05):
            request = urllib.request.Request(f"{url}/predict", content, {"Content-Type": "text/csv"})  # noqa: S310
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310  loopback
                    asked.statuses.append(answer.status)
                    asked.last = str(answer.headers["x-request-id"])
            except OSError as error:
                asked.statuses.append(getattr(error, "code", 0))

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield asked
    finally:
        ends.set()
        thread.join()


def _version(url: str) -> str:
    with urllib.request.urlopen(f"{url}/model", timeout=60) as answer:  # noqa: S310  loopback
        card: dict[str, Any] = json.load(answer)
    return str(card["version"])


def _until(is_so: Any) -> float:  # noqa: ANN401  a function
    began = time.monotonic()
    while not is_so():
        if time.monotonic() - began > _PATIENCE_SECONDS:
            raise SystemExit("✖ the service did not follow its alias")
        time.sleep(0.05)
    return time.monotonic() - began


def say(text: str) -> None:
    """Print at once: whoever watches wants to see where it is."""
    print(text, flush=True)
