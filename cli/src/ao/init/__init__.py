"""Asks and tells what `ao init` needs, on a terminal."""
