# Forecasts of a served model of a time series, and what was observed of it.

#' Forecast with a model of a time series that is served
#'
#' `forecast_remote()` asks a service of AnOps for forecasts, with their times.
#' `observe_remote()` tells it what was observed since the model was fitted:
#' forecasts then go on from there. What is told twice is kept once.
#'
#' @inheritParams predict_remote
#' @param h How many periods to forecast.
#' @param end Forecast until this time instead of for `h` periods: a `Date`, a
#'   `POSIXct` or a text.
#' @param level The coverages of the intervals in percent; `numeric()`: none.
#' @param regressors A data frame of the future, where the model has
#'   regressors: the column `time`, and one for each regressor, in any order.
#' @param simulate How many paths to draw from the model; `NULL`: none.
#' @param seed With the same seed, the same paths are drawn.
#' @param keys A data frame that says which series of a panel are wanted.
#' @param observations A data frame with the columns `time` and `value`, the
#'   keys of the series and the regressors of its model.
#' @param corrections Whether another value for a time that was observed already
#'   takes its place; otherwise it is refused.
#' @return `forecast_remote()`: a data frame with a row for each period: its
#'   `time` (a `Date`, or a `POSIXct` within days), `step`, `prediction`, and
#'   `lower_80`, `upper_80` and so on. `observe_remote()`: how many observations
#'   are `new`, the `same`, `corrected` and `late`: a named vector, invisibly.
#'
#' Where the service refuses, an error of class `anops_error` is raised.
#' @export
#' @examples
#' \dontrun{
#' forecast_remote("http://127.0.0.1:8080", h = 12, level = 90)
#'
#' seen <- data.frame(time = as.Date("1961-01-01"), value = 450)
#' observe_remote("http://127.0.0.1:8080", seen)
#' }
forecast_remote <- function(url, h = NULL, end = NULL, level = c(80, 95),
                            regressors = NULL, simulate = NULL, seed = NULL,
                            keys = NULL, model = NULL, version = NULL,
                            key = Sys.getenv("ANOPS_KEY"), headers = NULL,
                            wait_seconds = 30,
                            ca_file = Sys.getenv("ANOPS_CA_FILE")) {
  service <- series_service(
    url, model, version, key, headers, wait_seconds, ca_file
  )
  forecast_from(service, h, end, level, regressors, simulate, seed, keys)
}

#' @rdname forecast_remote
#' @export
observe_remote <- function(url, observations, corrections = FALSE,
                           model = NULL, version = NULL,
                           key = Sys.getenv("ANOPS_KEY"), headers = NULL,
                           wait_seconds = 30,
                           ca_file = Sys.getenv("ANOPS_CA_FILE")) {
  service <- series_service(
    url, model, version, key, headers, wait_seconds, ca_file
  )
  observe_at(service, observations, corrections)
}

series_service <- function(url, model, version, key, headers, wait_seconds,
                           ca_file) {
  address <- paste0(service_url(url), model_path(model, version))
  new_service(address, c(key_header(key), headers), wait_seconds, ca_file)
}

forecast_from <- function(service, h = NULL, end = NULL, level = c(80, 95),
                          regressors = NULL, simulate = NULL, seed = NULL,
                          keys = NULL) {
  if (is.null(h) == is.null(end)) {
    raise_remote(
      "OPTION_VALUE",
      "Give either `h` or `end`, which says how far to forecast.",
      "Give the number of periods, such as h = 12."
    )
  }
  tables <- list(regressors = regressors, keys = keys)
  asked <- Filter(Negate(is.null), list(
    horizon = h, end = end, simulate = simulate, seed = seed
  ))
  parts <- c(
    vapply(asked, json_values, ""),
    level = paste0("[", paste(json_values(level), collapse = ","), "]"),
    vapply(Filter(Negate(is.null), tables), function(table) {
      records_json(as_rows(table))
    }, "")
  )
  body <- json_object(names(parts), parts)
  ask_service(service, "/forecast", body, read = read_forecast)
}

observe_at <- function(service, observations, corrections = FALSE) {
  rows <- as_rows(observations)
  path <- paste0("/observations", if (isTRUE(corrections)) "?corrections=true")
  body <- paste0("{\"data\":", records_json(rows), "}")
  answer <- ask_service(service, path, body, read = read_observed)
  invisible(unlist(answer))
}

records_json <- function(rows) {
  columns <- Map(function(column, name) {
    values <- json_values(column)
    if (is.null(values)) {
      refuse_newdata(
        paste0("column `", name, "` must hold plain values"),
        paste0("Send `", name, "` as a vector, a factor, a Date or a POSIXct.")
      )
    }
    paste0(json_text(enc2utf8(name)), ":", values)
  }, rows, names(rows))
  if (nrow(rows) == 0 || length(columns) == 0) {
    return("[]")
  }
  records <- do.call(paste, c(unname(columns), sep = ","))
  paste0("[{", paste(records, collapse = "},{"), "}]")
}

read_forecast <- function(response, before) {
  answer <- jsonlite::fromJSON(response$text, simplifyVector = FALSE)
  for (warning in answer$warnings) {
    warn_remote(warning, before)
  }
  names <- names(answer$predictions[[1]])
  columns <- lapply(names, function(name) {
    exact_values(answer$predictions, name)
  })
  names(columns) <- names
  columns$time <- period_times(columns$time)
  as.data.frame(columns, optional = TRUE)
}

read_observed <- function(response, before) {
  answer <- jsonlite::fromJSON(response$text, simplifyVector = FALSE)
  for (warning in answer$warnings) {
    warn_remote(warning, before)
  }
  answer$observations
}

#' Read the times of periods: days as dates, others as instants
#' @noRd
period_times <- function(texts) {
  if (all(nchar(texts) == 10)) {
    return(as.Date(texts))
  }
  texts <- sub("Z$", "+0000", texts)
  texts <- sub("([+-]\\d\\d):(\\d\\d)$", "\\1\\2", texts)
  zoned <- grepl("[+-]\\d{4}$", texts)
  texts[!zoned] <- paste0(texts[!zoned], "+0000")
  as.POSIXct(texts, format = "%Y-%m-%dT%H:%M:%OS%z", tz = "UTC")
}
