"""Runs what a project does at the times of cron."""
