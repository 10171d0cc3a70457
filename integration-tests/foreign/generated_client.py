"""Asks an api-service with the client that openapi-python-client made of its document: python … ADDRESS ROWS."""

from __future__ import annotations

import json
import sys

from generated import Client
from generated.api.predictions import predict
from generated.api.the_service import get_health_ready
from generated.models import PredictJsonBody

address, rows = sys.argv[1:]
client = Client(base_url=address)
body = PredictJsonBody.from_dict({"data": json.loads(rows), "options": {"level": 0.5}})
answer = predict.sync(client=client, body=body)
ready = get_health_ready.sync(client=client)
sys.stdout.write(json.dumps({"answer": answer.to_dict(), "ready": ready.to_dict()}))
