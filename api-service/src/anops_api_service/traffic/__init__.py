"""Several versions behind one path: requests are split between them, and one may answer beside, for comparison."""
