"""The commands about experiments: `ao sim …`."""
