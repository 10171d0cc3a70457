"""Measures what the metrics of the api-service cost: the same load with and without them, in turn, in one run.

Run it as `python -m anops_benchmarks.metrics_cost`; it needs `wrk` and scikit-learn.
"""

from __future__ import annotations

import argparse
import json
import sys

from anops_benchmarks.service_cost import WITH, WITHOUT, add_flags, compared


def main() -> int:
    """Measure, and print the rates and their ratio as JSON.

    Returns:
        0.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    add_flags(parser)
    given = {WITH: ["--metrics", "true"], WITHOUT: ["--metrics", "false"]}
    sys.stdout.write(json.dumps(compared(parser.parse_args(), given)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
