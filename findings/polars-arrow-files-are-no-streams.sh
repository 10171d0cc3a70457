#!/usr/bin/env bash
# polars 2.1.0 and pyarrow 25.0.1.
# Expected: an Arrow file is what the format says: a mark, then a stream, then a list of places ("IPC File Format").
# Seen: `write_ipc()` puts its list of columns behind the mark without the length that begins each message, so that the rest
# can't be read as a stream: only who has all of the file, and jumps to its end, finds the rows. `write_ipc_stream()` is right.
# For AnOps: bodies are read while they arrive, so such a file is refused, with `write_ipc_stream()` or Parquet as the way out.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/v"
"$place/v/bin/pip" install --quiet polars==2.1.0 pyarrow==25.0.1
"$place/v/bin/python" - <<'PY'
import io

import polars as pl
import pyarrow as pa

rows = pl.DataFrame({"a": [1, 2]})
file, stream = io.BytesIO(), io.BytesIO()
rows.write_ipc(file)
rows.write_ipc_stream(stream)
data = file.getvalue()
print("as a file:", pa.ipc.open_file(data).read_all().to_pydict())
print("begins with:", data[:16])
assert data[:8] == b"ARROW1\0\0" and data[8:12] != b"\xff\xff\xff\xff"
try:
    pa.ipc.open_stream(data[8:]).read_all()
except (pa.ArrowInvalid, OSError) as error:
    print("behind the mark:", error)
else:
    raise SystemExit("there is a stream behind the mark")
assert pa.ipc.open_stream(stream.getvalue()).read_all().to_pydict() == {"a": [1, 2]}
PY
