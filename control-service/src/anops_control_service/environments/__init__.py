"""The environment of each project: the Python or R packages that its own file names, for its jobs."""
