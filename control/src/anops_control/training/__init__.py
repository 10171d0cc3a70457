"""Training by a workflow of steps, for `ao train`.

Read `plan` (what is to be done), `engine` (the port to what runs a workflow), `hosting` (the process of the project's
own language that does the steps: `python_steps` and `r_steps`), `runs` (what is kept of each run), `taking_in`
(what becomes of the project).
"""
