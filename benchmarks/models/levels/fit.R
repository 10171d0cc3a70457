# Fits a tree on a category of 20,000 levels and a number, and writes the
# columns into ao.toml.
levels <- sprintf("level %05d", 0:19999)
set.seed(1)
rows <- data.frame(
  shop = factor(sample(rep(levels, 2)), levels),
  size = runif(40000)
)
rows$sales <- as.integer(rows$shop) / 20000 + rows$size + rnorm(40000) / 10
saveRDS(rpart::rpart(sales ~ shop + size, data = rows), "model.rds")
said <- paste0("\"", levels, "\"", collapse = ", ")
columns <- c(
  "\n[model.inputs]",
  sprintf("shop = { type = \"category\", levels = [%s] }", said),
  "size = { type = \"number\", seen = [0.0, 1.0] }"
)
cat(columns, file = "ao.toml", sep = "\n", append = TRUE)
