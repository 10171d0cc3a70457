"""The commands about how a served model fares: `ao monitor …`."""
