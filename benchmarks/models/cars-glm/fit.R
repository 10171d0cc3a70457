# Fits the chance that a car has a manual gearbox.
saveRDS(glm(am ~ wt + hp + cyl, family = binomial, data = mtcars), "model.rds")
