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
