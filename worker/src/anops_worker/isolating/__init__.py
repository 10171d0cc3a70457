"""Keeps a model's code from the network and from files that are not its own, as far as the system can.

Read `isolation` (the whole), then `namespace` and `socket_filter` (the network), and `landlock` (files).
"""
