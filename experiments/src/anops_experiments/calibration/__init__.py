"""Calibration: parameters are proposed, simulated, compared with data, and told, until the best fit is known."""
