"""What each family of fitted objects can be asked, and how: one small file for each family."""

from anops_worker.families.choosing import family_of, predict

__all__ = ["family_of", "predict"]
