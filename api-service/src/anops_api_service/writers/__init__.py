"""How predictions become the body of an answer, piece by piece: one module for each way to write it."""
