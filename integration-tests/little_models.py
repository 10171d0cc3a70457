"""Model projects whose models are one line of the same shape in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LANGUAGES = ("python", "r")

MODELS = {
    "python": {
        # every kind of model is one line of the same shape in both languages
        "sum": "return data['a'] + data['b']",
        "echo": "return data",
        "slow": "import time; time.sleep(options['seconds']); return data['a'] + data['b']",
        # tells by a file that it has begun
        "marks": "import pathlib, time; options['mark'] and pathlib.Path(options['mark']).touch()\n"
        "    time.sleep(options['seconds']); return data['a'] + data['b']",
        # these two predict the rows that a service tries before it is ready
        "fails": "if (data['b'] == 2).any(): raise ValueError('no such gear')\n    return data['a']",
        "warns": "import warnings; warnings.warn('far from the data'); return data['a'] + data['b']",
        "prints": "print('hello from the model'); return data['a'] + data['b']",
        "short": "return data['a'][:1]",
        "rows": "import numpy; return numpy.arange(len(data)) * 1.0",
        "level": "return 'low' if False else data['g']",
        "named": "import pandas; return pandas.DataFrame({'lower': data['a'], 'Größe (cm)': data['b']})",
        "band": "import pandas; a = data['a']\n"
        "    return pandas.DataFrame({'prediction': a, 'lower': a - 1.645, 'upper': a + 1.645})",
        "gaps": "return data['a'].where(data['a'] > 1)",
        "blanks": "return data['g'].astype(object).where(data['g'] != 'low')",
        "finite": "assert data['a'].abs().max() < float('inf') and (data['b'] != 666).all(); return data['a']",
        "dies": "import os, signal; (data['b'] == 2).any() and os.kill(os.getpid(), signal.SIGKILL); return data['a']",
    },
    "r": {
        "sum": "newdata$a + newdata$b",
        "echo": "newdata",
        "slow": "{ Sys.sleep(list(...)$seconds); newdata$a + newdata$b }",
        "marks": "{ asked <- list(...); if (nzchar(asked$mark)) file.create(asked$mark)\n"
        "Sys.sleep(asked$seconds); newdata$a + newdata$b }",
        "fails": "{ if (any(newdata$b == 2)) stop('no such gear'); newdata$a }",
        "warns": "{ warning('far from the data'); newdata$a + newdata$b }",
        "prints": "{ print('hello from the model'); newdata$a + newdata$b }",
        "short": "newdata$a[1]",
        "rows": "as.numeric(seq_len(nrow(newdata)) - 1)",
        "level": "newdata$g",
        "named": "data.frame(lower = newdata$a, `Größe (cm)` = newdata$b, check.names = FALSE)",
        "band": "data.frame(prediction = newdata$a, lower = newdata$a - 1.645, upper = newdata$a + 1.645)",
        "gaps": "ifelse(newdata$a > 1, newdata$a, NA)",
        "blanks": "ifelse(newdata$g == 'low', NA, as.character(newdata$g))",
        "finite": "if (any(is.infinite(newdata$a) | newdata$b == 666)) stop('no') else newdata$a",
        "dies": "{ if (any(newdata$b == 2)) tools::pskill(Sys.getpid(), tools::SIGKILL); newdata$a }",
    },
}


def write_project(
    folder: Path,
    language: str,
    kind: str,
    *,
    inputs: str = 'a = "number"\nb = "number"',
    outputs: str = 'prediction = "number"',
    options: str = "",
    service: str = "workers = 1",
    row_independent: bool = False,
    writable: Path | None = None,
) -> Path:
    """Write a model project whose model is one of `MODELS`, and may write files in a folder."""
    if writable is not None:
        service += f'\nwritable = ["{writable}"]'
    folder.mkdir(parents=True, exist_ok=True)
    body = MODELS[language][kind]
    if language == "r":
        code, text = "model.R", f"predict_model <- function(model, newdata, ...) {body}\n"
    else:
        code, text = "model.py", f"def predict_model(model, data, **options):\n    {body}\n"
    (folder / code).write_text(text, encoding="utf-8")
    (folder / "ao.toml").write_text(
        f'[project]\nname = "{kind}"\nversion = "1.2.3"\nlanguage = "{language}"\n'
        f'[model]\ncode = "{code}"\nrow_independent = {str(row_independent).lower()}\n'
        f"[model.inputs]\n{inputs}\n[model.outputs]\n{outputs}\n"
        f"[model.options]\n{options}\n[service]\n{service}\n",
        encoding="utf-8",
    )
    return folder
