"""How a request's body becomes a data frame: one module for each way to write it."""
