"""`docker stop` loses no request that is under way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from engine import stopped, wait_until
from little_models import write_project

if TYPE_CHECKING:
    from pathlib import Path

    from engine import Engine

BODIES = {
    "python": (
        "def predict_model(model, data, **options):\n"
        "    import time; print('begun', flush=True); time.sleep(options['seconds']); return data['a']\n"
    ),
    "r": (
        "predict_model <- function(model, newdata, ...) { cat('begun\\n'); Sys.sleep(list(...)$seconds); newdata$a }\n"
    ),
}


@pytest.mark.parametrize("service", ["model", "api"])
def test_a_stop_waits_for_the_request(engine: Engine, tmp_path: Path, language: str, service: str) -> None:
    project = write_project(tmp_path, language, "slow", inputs='a = "number"', options='seconds = "number"')
    next(project.glob("model.*")).write_text(BODIES[language])
    stack = engine.stack(engine.project_image(project, language))
    tried = b"".join(stack.model.get_logs()).count(b"begun")  # before the model was called ready
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(stack.predict, [{"a": 7}], seconds=3)
        wait_until(lambda: b"".join(stack.model.get_logs()).count(b"begun") == tried + 1)
        assert not answer.done()
        assert stopped(getattr(stack, service)) == 0
        assert answer.result() == [{"prediction": 7}]
