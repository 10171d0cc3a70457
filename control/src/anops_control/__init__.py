"""The verbs of AnOps: what `ao` and the control service do, without a terminal."""
