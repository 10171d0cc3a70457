"""Both services as processes on this computer, for `ao serve`.

Read `local_service` (the whole), then `model_host` (the model-service and its replacement), `relay` (why the
api-service never notices), `service_process`, `watching`, `ports`, `service_log`, `announcing`.
"""
