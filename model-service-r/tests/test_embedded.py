"""R in the process leaves the rest of it alone."""

from __future__ import annotations

import os
import subprocess
import sys

PROGRAM = """
import os
from anops_model_service_r.embedded import embedded_r
embedded_r()
print(os.environ.get("LD_LIBRARY_PATH"))
"""


def test_programs_that_a_model_starts_find_the_libraries_they_would_find_without_r() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "LD_LIBRARY_PATH"}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "None"


ENDLESS = """
from anops_model_service_r.embedded import embedded_r
base = embedded_r().rinterface.baseenv
text = embedded_r().rinterface.StrSexpVector([
    "f <- function(x) lapply(x, f); tryCatch(f(1), error = function(e) 'an error of R')"
])
print(base["eval"](base["parse"](text=text))[0])
"""


def test_endless_recursion_is_an_error_of_r_and_no_crash() -> None:
    done = subprocess.run([sys.executable, "-c", ENDLESS], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "an error of R")
