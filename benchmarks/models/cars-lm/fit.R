# Fits the fuel economy of cars.
saveRDS(lm(mpg ~ wt + hp + factor(cyl), data = mtcars), "model.rds")
