"""The processes that run functions: a program for each language, and what starts and watches it."""
