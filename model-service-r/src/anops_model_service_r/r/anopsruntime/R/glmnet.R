# Penalised models of glmnet: they take a matrix of numbers, not a data frame.

#' @export
model_inputs.glmnet <- function(model, # nolint: object_name_linter.
                                data = model_data(model)) {
  weights <- model$beta
  names <- rownames(if (is.list(weights)) weights[[1]] else weights)
  # glmnet's own names for a matrix that had none, which any name will do for
  stats::setNames(rep(list(list(type = "number")), length(names)), names)
}

#' @export
model_inputs.cv.glmnet <- function(model, # nolint: object_name_linter.
                                   data = model_data(model)) {
  model_inputs(model$glmnet.fit, data)
}

#' @export
model_data.glmnet <- function(model) { # nolint: object_name_linter.
  where <- globalenv()
  matrix <- quietly(eval(model$call$x, where))
  if (is.matrix(matrix) && nrow(matrix) == model$nobs) {
    as.data.frame(matrix, optional = TRUE)
  }
}

#' @export
model_data.cv.glmnet <- function(model) { # nolint: object_name_linter.
  model_data(model$glmnet.fit)
}

#' @export
model_options.glmnet <- function(model) { # nolint: object_name_linter.
  c(
    glmnet_types(model),
    list(s = list(
      type = "number", min = 0, default = min(model$lambda),
      description = "The penalty lambda."
    ))
  )
}

#' @export
model_options.cv.glmnet <- function(model) { # nolint: object_name_linter.
  c(
    glmnet_types(model$glmnet.fit),
    list(s = choice(
      c("lambda.1se", "lambda.min"),
      description = paste(
        "The penalty: the largest within a standard error of the best, or the",
        "best in cross-validation."
      )
    ))
  )
}

glmnet_types <- function(model) {
  kinds <- switch(class(model)[1],
    lognet = ,
    multnet = c("response", "link", "class"),
    fishnet = ,
    glmnetfit = ,
    # of Cox's model: the risk, which R's own predict() calls so too
    coxnet = c("response", "link")
  )
  if (length(kinds)) {
    type_option(kinds, "The scale of the predictions.", native = "link")
  }
}

#' @export
model_predict.glmnet <- function(model, # nolint: object_name_linter.
                                 newdata, options = list()) {
  arguments <- list(type = options$type, s = options$s)
  predicted <- do.call(native_predict, c(
    list(quote(model), quote(as.matrix(newdata))),
    Filter(Negate(is.null), arguments)
  ))
  if (isTRUE(options$type == "class")) {
    predicted[] <- as.character(predicted)
  }
  predicted
}

#' @export
model_predict.cv.glmnet <- model_predict.glmnet # nolint: object_name_linter.

#' @export
model_code.glmnet <- function(model, # nolint: object_name_linter.
                              inputs = NULL) {
  "predict(model, as.matrix(newdata), ...)"
}

#' @export
model_code.cv.glmnet <- model_code.glmnet # nolint: object_name_linter.

#' @export
model_notes.glmnet <- function(model) { # nolint: object_name_linter.
  paste0(
    "The fit has ", length(model$lambda), " penalties, of which none is ",
    "chosen: predictions are those of the smallest, s = ",
    number_name(signif(min(model$lambda), 4)), ". Change the default of the ",
    "option s in ao.toml, or serve what cv.glmnet() gives."
  )
}
