"""REST in front of any model-service that speaks the Open Inference Protocol."""
