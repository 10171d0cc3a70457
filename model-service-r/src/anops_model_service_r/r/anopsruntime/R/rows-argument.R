# By which name a method of predict() takes its rows, where their place is not
# the second: `predict.stanreg(object, ..., newdata)`.

#' Names that methods of predict() have for the rows
#' @noRd
rows_arguments <- c(
  "newdata", "newx", "new_data", "new.data", "newX", "data", "object2"
)

#' Find the name by which a model's predict() must be given its rows
#'
#' By place, rows may be taken for something else: then they are ignored, and
#' the answer is that to the rows of the fit.
#'
#' @param model A fitted model.
#' @return A name, or `NULL` where the second argument is the rows.
#' @noRd
rows_argument <- function(model) {
  for (method in predict_methods(model)) {
    named <- setdiff(names(formals(method))[-1], "...")
    takes <- match(rows_arguments, named)
    if (!all(is.na(takes))) {
      name <- rows_arguments[!is.na(takes)][1]
      return(if (!identical(names(formals(method))[2], name)) name)
    }
    if (length(named)) {
      return(NULL)
    }
    # `predict.foo(object, ...)` may look for newdata among the dots
    if ("newdata" %in% all.names(body(method))) {
      return("newdata")
    }
    if (!"NextMethod" %in% all.names(body(method))) {
      return(NULL)
    }
  }
  NULL
}

#' List the methods that predict() has for a model, the one that is called first
#' @noRd
predict_methods <- function(model) {
  found <- lapply(model_classes(model), function(class) {
    if (isS4(model) && methods::existsMethod("predict", class)) {
      local_part(methods::getMethod("predict", class))
    } else {
      utils::getS3method(
        "predict", class, optional = TRUE, envir = globalenv()
      )
    }
  })
  Filter(is.function, found)
}

#' Take the function that an S4 method with further arguments is written around
#' @noRd
local_part <- function(method) {
  function_ <- method@.Data
  inner <- body(function_)
  if (is.call(inner) && length(inner) > 1 && is.call(inner[[2]]) &&
        identical(inner[[2]][[2]], quote(.local))) {
    return(eval(inner[[2]][[3]], environment(function_)))
  }
  function_
}
