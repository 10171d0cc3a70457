"""Datasets: what is known of them, and the port behind which they are kept."""
