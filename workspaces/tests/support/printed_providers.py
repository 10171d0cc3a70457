"""The providers that the mission prints, as they are."""

AZURE = """
kind: Provider
provider: azure
spec:
  subscription_id: xxx-xxx-xxx
  resource_group: modelops-rg
  location: eastus
  aks_cluster: modelops-aks
auth:
  method: cli  # Uses Azure CLI authentication
"""
LOCAL = """
kind: Provider
provider: local
spec:
  kubeconfig: ~/.kube/config
  context: kind-kind
"""
