"""The Open Inference Protocol over gRPC: what everything outside of this folder does without."""
