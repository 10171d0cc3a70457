# What a model was fitted on, as far as its object says.

#' Say how many rows of which data a model was fitted on
#'
#' @return A text such as "800 rows of yields"; empty where the object tells
#'   neither.
#' @noRd
fitted_on <- function(model) {
  rows <- quietly(rows_of_fit(model))
  counted <- if (length(rows)) paste(rows, if (rows == 1) "row" else "rows")
  paste(c(counted, quietly(name_of_data(model))), collapse = " of ")
}

rows_of_fit <- function(model) {
  # nobs() leaves out what an ARIMA differences away, and counts the events of
  # a survival model
  sizes <- c(
    NROW(quietly(model[["residuals"]])),
    length(quietly(model[["linear.predictors"]])),
    quietly(stats::nobs(model)), quietly(fitted_rows(model))
  )
  sizes <- sizes[is.finite(sizes) & sizes > 0]
  if (length(sizes)) round(sizes[1])
}

name_of_data <- function(model) {
  data <- quietly(stats::getCall(model)$data)
  if (is.symbol(data) && !identical(data, quote(.))) {
    return(as.character(data))
  }
  series <- quietly(model[["series"]])
  if (is.character(series) && length(series) == 1) series
}
