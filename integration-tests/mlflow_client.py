"""Asks an api-service with MLflow's own client of scoring servers; run as a program, in a process of its own."""

from __future__ import annotations

import json
import sys

import pandas as pd
from mlflow.pyfunc.scoring_server.client import ScoringServerClient  # noqa: TID251  a client, none of ours


def main(port: str) -> None:
    """Print what the service says, as JSON."""
    client = ScoringServerClient("127.0.0.1", int(port))
    client.wait_server_ready(timeout=90)
    rows = pd.DataFrame({"a": [1.5, None], "k": [3, 4], "g": ["low", "hoch ä"], "t": [True, False]}, index=[7, 9])
    answer = client.invoke(rows, params={"level": 0.5}).get_predictions()
    try:
        client.invoke(rows.drop(columns="g"))
        refused = ""
    except Exception as error:  # noqa: BLE001  it raises nothing more special
        refused = str(error)
    sys.stdout.write(json.dumps({"answer": json.loads(answer.to_json(orient="records")), "refused": refused}))


if __name__ == "__main__":
    main(*sys.argv[1:])
