"""Simulations: the experiments of a project, and the port behind which they are run."""
