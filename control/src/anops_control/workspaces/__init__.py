"""Workspaces: clusters for experiments, and the port behind which they are brought up."""
