"""Does the steps of a training workflow in the project's own Python: it needs no package, and imports nothing else.

It is run by its folder, with the file of the plan. Requests come as JSON lines on standard input; a step's answer is a
JSON file, and a line on standard output says that it is there. `--debug` does all steps in one go, with pdb.
"""
