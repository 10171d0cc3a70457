"""What each family of fitted objects can be asked, and how: one small file for each family."""

from anops_model_service.families.choosing import family_of, predict

__all__ = ["family_of", "predict"]
