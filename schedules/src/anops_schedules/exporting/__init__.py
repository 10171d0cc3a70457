"""Schedules as other programs that run things at times read them."""
