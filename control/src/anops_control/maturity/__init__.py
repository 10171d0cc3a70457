"""How far the operation of a model has come, by what is found in its project."""
