# Fits the model and saves it as model.rds: Rscript train.R

model <- lm(mpg ~ wt + hp + factor(cyl), data = mtcars)
print(summary(model))
saveRDS(model, "model.rds")
