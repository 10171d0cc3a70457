"""Shows AnOps at work in both languages: a fitted model becomes a project, is served, and answers over REST.

Each answer is compared with that of a plain R or Python process that knows nothing of AnOps. Then a model is trained,
promoted and rolled back under way: `demo_life.py`.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from demo_life import LIVES, show_life

if TYPE_CHECKING:
    from collections.abc import Iterator

AO = [sys.executable, "-m", "ao"]
Row = dict[str, float | str]
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Example:
    """A model, as its statistician fits it, and rows to predict.

    Attributes:
        title: What it is.
        model: The file the fit writes.
        fit: A program that fits the model and saves it.
        predict: A program that reads rows (JSON, columns) from the file in its argument and prints the
            predictions as a JSON list, with nothing but the language itself.
        command: What runs such a program.
        rows: The rows to predict.
    """

    title: str
    model: str
    fit: str
    predict: str
    command: list[str]
    rows: list[Row]


R_EXAMPLE = Example(
    title="R: fuel economy of cars, lm(mpg ~ wt + hp + factor(cyl), mtcars)",
    model="cars.rds",
    fit='saveRDS(lm(mpg ~ wt + hp + factor(cyl), data = mtcars), "cars.rds")',
    predict="""
rows <- jsonlite::fromJSON(commandArgs(trailingOnly = TRUE)[[1]])
cat(jsonlite::toJSON(unname(predict(readRDS("cars.rds"), newdata = as.data.frame(rows))), digits = NA))
""",
    command=["Rscript", "--vanilla"],
    rows=[{"wt": 2.62, "hp": 110, "cyl": 6}, {"wt": 3.44, "hp": 175, "cyl": 8}, {"wt": 1.5, "hp": 60, "cyl": 4}],
)
PYTHON_EXAMPLE = Example(
    title="Python: the species of iris flowers, a scikit-learn pipeline",
    model="iris.joblib",
    fit="""
import joblib
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

iris = load_iris(as_frame=True)
species = iris.target_names[iris.target]
joblib.dump(make_pipeline(StandardScaler(), LogisticRegression()).fit(iris.data, species), "iris.joblib")
""",
    predict="""
import json, sys
import joblib, pandas
print(json.dumps(joblib.load("iris.joblib").predict(pandas.read_json(sys.argv[1])).tolist()))
""",
    command=[sys.executable],
    rows=[
        {"sepal length (cm)": 5.1, "sepal width (cm)": 3.5, "petal length (cm)": 1.4, "petal width (cm)": 0.2},
        {"sepal length (cm)": 6.3, "sepal width (cm)": 2.9, "petal length (cm)": 5.6, "petal width (cm)": 1.8},
    ],
)


def main() -> int:
    """Show each language that is here.

    Returns:
        0 where all answers agree, 1 where one does not.
    """
    examples = [PYTHON_EXAMPLE]
    if shutil.which("Rscript") is None:
        say("R is not installed here, so this shows Python only.")
        say("With R: apt-get install " + " ".join(r_packages()))
    else:
        examples.insert(0, R_EXAMPLE)
    agreed = [show(example) for example in examples]
    if not all(agreed):
        say("✖ An answer over REST differs from the language's own.")
        return 1
    say("\n✔ Every answer over REST is that of the language itself.")
    lives = [life for life in LIVES if life.lang == "python" or R_EXAMPLE in examples]
    went_well = [show_life(life) for life in lives]
    if not all(went_well):
        say("✖ A request failed while the service went over to another version.")
        return 1
    say("\n✔ No request failed while versions were promoted and rolled back.")
    return 0


def show(example: Example) -> bool:
    """Take one model from its fit to an answer; say whether the answer is right."""
    say(f"\n── {example.title}")
    with tempfile.TemporaryDirectory(prefix="anops-demo-") as name:
        folder = Path(name)
        run([*example.command, write(folder, "fit" + suffix(example), example.fit)], folder)
        say(f"fitted the model and saved it as {example.model}")
        run([*AO, "init", "project", "--model", example.model], folder)
        say(f"$ ao init project --model {example.model}")
        project = folder / "project"
        say("$ ao serve")
        with serving(project) as url:
            body = {"data": example.rows}
            say(f"$ curl {url}/predict --json '{json.dumps(body, ensure_ascii=False)}'")
            answer = post(f"{url}/predict", body)
            say(json.dumps(answer, ensure_ascii=False, indent=2))
        say("stopped cleanly")
        rows = write(folder, "rows.json", json.dumps(example.rows))
        program = write(folder, "predict" + suffix(example), example.predict)
        expected = json.loads(run([*example.command, program, rows], folder))
    received = [row["prediction"] for row in answer["predictions"]]
    say(f"{'R' if example is R_EXAMPLE else 'Python'} itself says {expected}")
    return len(received) == len(expected) and all(map(same, received, expected))


def same(left: object, right: object) -> bool:
    """Compare two predictions; numbers may differ by the last digits of their text."""
    if isinstance(left, float) and isinstance(right, int | float):
        return math.isclose(left, right, rel_tol=TOLERANCE)
    return left == right


@contextmanager
def serving(project: Path) -> Iterator[str]:
    """Serve a project until the block ends, and see that it stops cleanly; gives its address."""
    process = subprocess.Popen(
        [*AO, "serve", "--json", "--no-reload"], cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            _, log = process.communicate()
            raise SystemExit(f"✖ ao serve ended before it was ready:\n{log}")
        yield json.loads(line)["url"]
    finally:
        process.send_signal(signal.SIGINT)
        _, log = process.communicate(timeout=60)
    if process.returncode != 0:
        raise SystemExit(f"✖ ao serve ended with {process.returncode}:\n{log}")


def post(url: str, body: object) -> dict[str, list[dict[str, object]]]:
    """Send JSON and read JSON."""
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310  loopback
        answer: dict[str, list[dict[str, object]]] = json.load(response)
        return answer


def run(command: list[str], folder: Path) -> str:
    """Run a command and return what it printed; end with its messages where it fails."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=os.environ)
    if done.returncode != 0:
        raise SystemExit(f"✖ {' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def write(folder: Path, name: str, text: str) -> str:
    """Write a file and return its name."""
    (folder / name).write_text(text, encoding="utf-8")
    return name


def suffix(example: Example) -> str:
    """Return the ending of programs in the example's language."""
    return ".R" if example is R_EXAMPLE else ".py"


def r_packages() -> list[str]:
    """Return Debian's packages that serving R models needs."""
    lines = (Path(__file__).parent / "debian-packages.txt").read_text(encoding="utf-8").splitlines()
    wanted = lines[: lines.index("# test")]
    return [line.split()[0] for line in wanted if line and not line.startswith("#")]


def say(text: str) -> None:
    """Print at once: whoever watches wants to see where it is."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
