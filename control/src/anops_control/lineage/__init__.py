"""Where something comes from and what became of it: data, runs, versions of models, images, predictions."""
