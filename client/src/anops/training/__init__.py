"""A training workflow as a class of steps, which `ao train` runs: `Workflow`, `register_workflow`.

It needs neither Metaflow nor the rest of AnOps: `ao train` does the steps in the Python of the project.
"""

from anops.training.script import TrainingWorkflow
from anops.training.workflow import Workflow, register_workflow, workflow_classes

__all__ = ["TrainingWorkflow", "Workflow", "register_workflow", "workflow_classes"]
