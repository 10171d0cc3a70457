# Fits the fuel economy of cars, with the cylinders as a number.
saveRDS(lm(mpg ~ wt + hp + cyl, data = mtcars), "model.rds")
