"""Everything that can be done with AnOps, one verb in each module; `registry` lists them."""
