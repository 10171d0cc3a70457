# Made the models of this folder, by parsnip 1.0.4, workflows 1.1.0 and recipes
# 1.0.4: Debian has no parsnip and no workflows, so that they are kept here.

library(parsnip)
library(recipes)
library(workflows)
cars <- transform(
  mtcars,
  cyl = factor(cyl), gear = factor(gear),
  am = factor(am, labels = c("auto", "manual"))
)
recipe <- recipe(mpg ~ wt + hp + cyl, data = cars) |>
  step_log(hp) |>
  step_dummy(all_nominal_predictors())
workflow() |>
  add_recipe(recipe) |>
  add_model(linear_reg()) |>
  fit(cars) |>
  saveRDS("recipe.rds")
workflow() |>
  add_variables(outcomes = am, predictors = c(wt, hp, gear)) |>
  add_model(logistic_reg()) |>
  fit(cars) |>
  saveRDS("variables.rds")
decision_tree(mode = "classification") |>
  set_engine("rpart") |>
  fit(Species ~ ., data = iris) |>
  saveRDS("parsnip.rds")
