"""What operators are told of a running service: figures, in the words of Prometheus."""
