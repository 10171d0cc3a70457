"""The options that say how a person's file is written."""
