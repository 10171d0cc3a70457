"""Measures what the prediction log costs: the same load with and without it, in turn, in one run.

Run it as `python -m anops_benchmarks.log_cost`; it needs `wrk` and scikit-learn. `--keep ids` measures the log of ids.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from anops_model_interface.prediction_log import PredictionStore

from anops_benchmarks.service_cost import WITH, WITHOUT, add_flags, compared


def main() -> int:
    """Measure, and print the rates, their ratio, and how many requests were kept and dropped as JSON.

    Returns:
        0.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    add_flags(parser)
    parser.add_argument("--keep", choices=("values", "ids"), default="values")
    flags = parser.parse_args()
    with TemporaryDirectory() as folder:
        log = Path(folder, "predictions.db")
        keeping = ["--prediction-log", str(log), "--prediction-log-values", str(flags.keep == "values").lower()]
        found = compared(flags, {WITH: keeping, WITHOUT: []})
        store = PredictionStore(log, only_read=True)
        found |= {"kept_requests": sum(each.asked.requests for each in store.fits()), "dropped": store.dropped()}
        store.close()
        found["megabytes"] = round(log.stat().st_size / 1e6, 1)
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
