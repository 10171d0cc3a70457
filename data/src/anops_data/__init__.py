"""Keeps datasets on boards of the `pins` packages, and reads, describes and compares them."""
