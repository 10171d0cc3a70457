"""What the REST services of AnOps share: layers that every request passes."""
