#!/usr/bin/env bash
# MLflow 3.17.2 (mlflow-skinny), with pandas 2.3.3 and numpy 2.4.6.
# Expected: a model whose signature has a column of doubles takes whole numbers in it, and one whose signature has a
# parameter refuses another name for it.
# Seen: whole numbers in a column of doubles are refused ("Incompatible input types"), so that a file in which all weights
# happen to be whole fails; while a misspelt parameter is dropped and the default answers, with a line in the log and no error.
# For AnOps: `ao init` writes a model.py that brings rows into the types of the signature; a parameter that the signature
# does not have is refused as an unknown option, with the name that is near.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/v"
"$place/v/bin/pip" install --quiet mlflow-skinny==3.17.2 pandas==2.3.3 numpy==2.4.6 cloudpickle==3.1.3 scipy==1.17.1
cd "$place"
MLFLOW_DISABLE_TELEMETRY=true "$place/v/bin/python" -W ignore - 2>/dev/null <<'PY'
import mlflow
import pandas as pd
from mlflow.models import infer_signature


class Scaled(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return model_input["wt"] * params["factor"]


rows = pd.DataFrame({"wt": [2.5, 3.5]})
signature = infer_signature(rows, rows.wt, params={"factor": 2.0})
mlflow.pyfunc.save_model("scaled", python_model=Scaled(), signature=signature)
model = mlflow.pyfunc.load_model("scaled")
try:
    model.predict(pd.DataFrame({"wt": [2, 3]}))
except Exception as error:
    print("whole numbers:", str(error).splitlines()[-1][:120])
    assert "Incompatible input types" in str(error)
else:
    raise SystemExit("whole numbers were taken")
answers = model.predict(rows, params={"factr": 10.0}).tolist()
print("a misspelt parameter:", answers)
assert answers == [5.0, 7.0], answers
PY
