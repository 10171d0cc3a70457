"""Models in the forms of other tools: what stands around them says how they are asked."""
