"""What a process that loads a model finds in its environment."""

from __future__ import annotations

MODEL_ENVIRONMENT = {
    # one thread of linear algebra per worker; read when numpy is imported
    **dict.fromkeys(
        ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
    ),
    # pandas imports pyarrow where there is one, whose allocator would start a thread: none may run where one forks
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    # TensorFlow greets with a dozen lines on the processor
    "TF_CPP_MIN_LOG_LEVEL": "2",
}
"""What a process that loads a model finds in its environment, unless that says otherwise."""
