"""Experiments: a function of parameters and a seed, run many times, with the same results wherever it runs."""
