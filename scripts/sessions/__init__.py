"""What the noxfile keeps beside it, by reason."""
