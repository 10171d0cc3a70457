# Conditional inference trees and forests, of party and of partykit.

#' @export
model_inputs.BinaryTree <- function(model, # nolint: object_name_linter.
                                    data = model_data(model)) {
  specs <- data_inputs(names(data), data)
  # party refuses a number where there was a whole number
  for (name in names(specs)) {
    if (specs[[name]]$type == "number" && is.integer(data[[name]])) {
      specs[[name]]$type <- "integer"
    }
  }
  specs
}

#' @export
model_data.BinaryTree <- function(model) { # nolint: object_name_linter.
  plain_frame(model@data@get("input"))
}

#' @export
model_options.BinaryTree <- function(model) { # nolint: object_name_linter.
  response <- model@responses
  if (response@is_nominal[1] && length(response@is_nominal) == 1) {
    class_or_probability
  } else {
    list()
  }
}

class_or_probability <- list(type = list(
  type = "category", levels = c("class", "probability"), default = "class",
  description = "The likeliest class, or the probability of each."
))

#' @export
model_predict.BinaryTree <- function(model, # nolint: object_name_linter.
                                     newdata, options = list()) {
  if (!isTRUE(options$type == "probability")) {
    return(native_predict(model, newdata))
  }
  class_rows(native_predict(model, newdata, type = "prob"), model)
}

class_rows <- function(predicted, model) {
  answer <- do.call(rbind, lapply(predicted, c))
  rownames(answer) <- NULL
  colnames(answer) <- levels(model@responses@variables[[1]])
  answer
}

#' @export
model_inputs.RandomForest <- # nolint: object_name_linter.
  model_inputs.BinaryTree

#' @export
model_data.RandomForest <- model_data.BinaryTree # nolint: object_name_linter.

#' @export
model_options.RandomForest <- # nolint: object_name_linter.
  model_options.BinaryTree

#' @export
model_predict.RandomForest <- function(model, # nolint: object_name_linter.
                                       newdata, options = list()) {
  probability <- isTRUE(options$type == "probability")
  predict <- get("predict", envir = globalenv(), mode = "function")
  # by name: its second argument is another
  predicted <- predict(
    model, newdata = newdata, type = if (probability) "prob" else "response"
  )
  if (probability) class_rows(predicted, model) else predicted
}

#' @export
model_code.RandomForest <- function(model, # nolint: object_name_linter.
                                    inputs = NULL) {
  "predict(model, newdata = newdata, ...)"
}

# party's own predict() looks for the columns behind the bar as well
#' @export
model_data.mob <- function(model) { # nolint: object_name_linter.
  parts <- lapply(c("input", "part"), model@data@get)
  found <- do.call(c, lapply(parts, as.list))
  plain_frame(as.data.frame(found[!duplicated(names(found))]))
}

#' @export
model_inputs.mob <- # nolint: object_name_linter.
  model_inputs.BinaryTree

#' @export
model_inputs.constparty <- function(model, # nolint: object_name_linter.
                                    data = model_data(model)) {
  # without surrogate splits, a missing value goes either way by chance
  lapply(NextMethod(), function(spec) c(spec, missing = "error"))
}

#' @export
model_inputs.constparties <- # nolint: object_name_linter.
  model_inputs.constparty

#' @export
model_options.constparty <- function(model) { # nolint: object_name_linter.
  response <- party_response(model)
  if (is.factor(response)) {
    class_or_probability
  } else if (is.numeric(response)) {
    c(
      type_option(
        c("response", "quantile"),
        "The mean of the row's leaf, or its `quantiles`."
      ),
      quantiles_option(c(0.1, 0.5, 0.9))
    )
  } else {
    list()
  }
}

party_response <- function(model) .subset2(model, "fitted")[["(response)"]]

#' @export
model_predict.constparty <- function(model, # nolint: object_name_linter.
                                     newdata, options = list()) {
  type <- options$type %||% "response"
  if (type == "probability") {
    native_predict(model, newdata, type = "prob")
  } else if (type == "quantile") {
    predicted <- native_predict(
      model, newdata, type = type, at = options$quantiles
    )
    quantile_columns(predicted, options$quantiles, nrow(newdata))
  } else {
    native_predict(model, newdata)
  }
}
