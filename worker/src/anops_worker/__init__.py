"""What loads a fitted model and answers: all of AnOps that goes into the environment of the model."""
