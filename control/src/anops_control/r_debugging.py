"""An R at a terminal that runs a file: `browser()` stops there, and a failure lets a person choose a frame."""

from pathlib import Path

R_DEBUG = Path(__file__).with_name("r_debug.R")
"""Its profile, for the variable `R_PROFILE_USER`; the file to run is in `ANOPS_DEBUG_FILE`."""

R_AT_A_TERMINAL = ("R", "--quiet", "--no-save", "--no-restore", "--interactive")
