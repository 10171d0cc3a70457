"""The verbs about how a served model fares."""
