# A model as Python has it loaded.
loaded <- function(model, predict = default_predict) {
  list(
    model = model, what = "Model `cars`", predict = predict,
    code = new.env(), packages = attach_needs(model)
  )
}

problem <- function(expr) {
  tryCatch(
    {
      expr
      NULL
    },
    anops_error = function(e) {
      list(code = e$code, message = conditionMessage(e), remedy = e$remedy)
    }
  )
}

saved <- function(model, env = parent.frame()) {
  file <- tempfile(fileext = ".rds")
  saveRDS(model, file)
  file
}

# the predict_model that a new project gets, whose lines lintr must find short
plain_code <- function(model, inputs = model_inputs(model)) {
  code <- model_code(model, inputs)
  testthat::expect_lte(max(nchar(strsplit(code, "\n")[[1]])), 78)
  eval(parse(text = paste("function(model, newdata, ...) {", code, "}")))
}
