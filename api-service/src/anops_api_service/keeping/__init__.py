"""What the prediction log keeps of requests that were answered, and the process that writes it."""
