#!/usr/bin/env bash
# tritonclient 2.73.0, with numpy 2.4.6 and pandas 3.0.6.
# Expected: a missing text in a column of a data frame is refused, or marked as missing, where it becomes a BYTES tensor.
# Seen: None goes as the text "None", NaN and pandas' own NA as "nan" and "<NA>", without a word, over HTTP and gRPC alike:
# a model with these among its levels, or one that takes any text, answers them as if somebody had written so. An array of
# numpy's own texts (`<U`), in contrast, is refused by the client, whose own message asks for BYTES.
# For AnOps: such words are new levels to a category, and refused with column and row. What is missing is marked in the
# tensor parameter `missing`, or is null in JSON; a column of texts without levels can't tell.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/v"
"$place/v/bin/pip" install --quiet "tritonclient[http]==2.73.0" numpy==2.4.6 pandas==3.0.6
"$place/v/bin/python" -W ignore - <<'PY'
import numpy as np
import pandas as pd
import tritonclient.http as triton

column = pd.Series(["low", None, np.nan, pd.NA], dtype=object).to_numpy()
tensor = triton.InferInput("g", [4], "BYTES")
tensor.set_data_from_numpy(column)
sent, texts = tensor._get_binary_data(), []
while sent:
    size = int.from_bytes(sent[:4], "little")
    texts.append(sent[4 : 4 + size].decode())
    sent = sent[4 + size :]
print("sent as bytes:", texts)
assert texts == ["low", "None", "nan", "<NA>"], texts

tensor.set_data_from_numpy(column, binary_data=False)
print("sent as JSON: ", tensor._get_tensor()["data"])
assert tensor._get_tensor()["data"] == ["low", "None", "nan", "<NA>"]

try:
    tensor.set_data_from_numpy(np.array(["low"] * 4))
except Exception as error:
    print("numpy's texts:", str(error)[:90])
    assert "expected BYTES" in str(error)
else:
    raise SystemExit("an array of numpy's own texts was taken")
PY
