"""The generated parts of the reference, one module for each kind of source."""
