# What Python calls: each function gives back plain lists and vectors.

#' Load a project and keep it for the calls that follow
#' @noRd
serve_load <- function(artifact, code, name, folder) {
  state$loaded <- load_project(artifact, code, name, folder)
  NULL
}

#' Tell the columns of which the project says no levels
#' @noRd
serve_open_columns <- function(names) {
  state$loaded$open <- names
  NULL
}

#' Predict the rows of a request
#' @noRd
serve_predict <- function(names, kinds, values, levels, ordered, timezones,
                          rows, options) {
  newdata <- build_frame(
    names, kinds, values, levels, ordered, timezones, rows
  )
  answer <- forward_messages(predict_rows(state$loaded, newdata, options))
  if (!is.null(answer)) as_wire(answer)
}

#' Predict rows with the model that was described last, which has no project
#' @noRd
describe_predict <- function(names, kinds, values, levels, ordered, timezones,
                             rows, options) {
  newdata <- build_frame(
    names, kinds, values, levels, ordered, timezones, rows
  )
  answer <- predict_rows(state$described, newdata, options)
  if (!is.null(answer)) as_wire(answer)
}

#' Tell the versions of R and of the model's packages
#' @noRd
serve_versions <- function() {
  as.list(versions(state$loaded$packages))
}

state <- new.env(parent = emptyenv())
