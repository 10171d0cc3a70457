"""Whether a version may take the place of another: gates, and a comparison by statistics.

Read `promotion` (the whole), then `comparing` (two versions on the same rows), `paired` and `delong` (the intervals),
`metrics`, `outcome_rows`.
"""
