"""The places that workspaces run in, each with its own form: processes, containers, Kubernetes, Azure."""
