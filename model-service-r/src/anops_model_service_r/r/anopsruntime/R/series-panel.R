# A named list of models of series is a panel: a model for each series.

#' The column that says which series of a panel a row is of
#' @noRd
panel_key <- "series"

#' Make a panel of a list of models of series, each by the name of its series
#'
#' @return The panel, or the object as it was.
#' @noRd
as_panel <- function(object) {
  several <- holds_several(object) && length(object) > 1
  if (!several || !tell_apart(names(object))) {
    return(object)
  }
  known <- lengths(lapply(object, series_family)) > 0
  if (all(known)) structure(object, class = "anops_panel") else object
}

is_panel <- function(model) inherits(model, "anops_panel")

#' Forecast the series of a panel, each from its own end
#'
#' @inheritParams series_columns
#' @noRd
panel_columns <- function(panel, columns, options) {
  lags <- panel_lags(panel)
  observed <- panel_observed(options$observed)
  places <- split(
    seq_along(columns$step), as.character(columns[[panel_key]])
  )
  columns[[panel_key]] <- NULL
  in_place(places, lapply(names(places), function(key) {
    member <- panel[[key]]
    lag <- lags[[key]]
    if (!is.null(observed$tables[[key]])) {
      member <- moved_member(panel, key, observed, lag)
      # what was observed may end before the others, too
      lag <- max(lag - seen_steps(observed, key, lag), 0)
    }
    one <- lapply(columns, `[`, places[[key]])
    one$step <- one$step + lag
    series_columns(member, one, options)
  }))
}

#' How many periods before the last of a panel each series ends
#'
#' A series that ends early is forecast across what it lacks, so that the same
#' step is the same time for all.
#' @noRd
panel_lags <- function(panel) {
  if (identical(state$lags$of, panel)) {
    return(state$lags$lags)
  }
  ends <- vapply(panel, function(member) {
    stats::tsp(stats::as.ts(fitted_series(member)))[2]
  }, 0)
  frequency <- stats::frequency(fitted_series(panel[[1]]))
  lags <- as.list(round((max(ends) - ends) * frequency))
  state$lags <- list(of = panel, lags = lags)
  lags
}

#' @return The lags of those series that end early, or `NULL`.
#' @noRd
panel_behind <- function(panel) {
  early <- Filter(function(lag) lag > 0, panel_lags(panel))
  if (length(early)) early
}

#' Read what was observed of a panel, once for each state
#'
#' @return A list of `text`, of `tables` by series, and of `moved`, an
#'   environment of the models that were moved on by them.
#' @noRd
panel_observed <- function(text) {
  if (!length(text) || !nzchar(text)) {
    return(list())
  }
  if (!identical(state$panel$text, text)) {
    table <- utils::read.csv(
      text = text, check.names = FALSE,
      colClasses = stats::setNames("character", panel_key)
    )
    if (is.null(table[[panel_key]])) {
      stop("observations must have a column `", panel_key, "`")
    }
    state$panel <- list(
      text = text, tables = split(table, table[[panel_key]]),
      moved = new.env(parent = emptyenv())
    )
  }
  state$panel
}

seen_steps <- function(observed, key, lag) {
  max(observed$tables[[key]]$step) + lag
}

moved_member <- function(panel, key, observed, lag) {
  kept <- observed$moved[[key]]
  if (!is.null(kept) && identical(kept$from, panel[[key]])) {
    return(kept$model)
  }
  table <- observed$tables[[key]]
  table$step <- table$step + lag
  model <- series_moved(panel[[key]], whole_steps(panel[[key]], table))
  assign(key, list(from = panel[[key]], model = model), envir = observed$moved)
  model
}

#' Refuse a panel whose series have no calendar in common
#' @noRd
check_panel <- function(panel, artifact) {
  frequencies <- vapply(panel, function(member) {
    stats::frequency(fitted_series(member))
  }, 0)
  other <- which(abs(frequencies - frequencies[1]) > 1e-9)
  if (length(other)) {
    abort(
      "MODEL_LOAD", "Can't forecast with ", artifact_name(artifact),
      ": its series must have one frequency; `", names(panel)[1], "` has ",
      format(frequencies[[1]]), ", and `", names(panel)[other[1]], "` has ",
      format(frequencies[[other[1]]]), ".",
      remedy = "Save the models of each frequency in a file of their own."
    )
  }
}

panel_notes <- function(panel) {
  lags <- unlist(panel_lags(panel))
  early <- names(panel)[lags > 0]
  c(
    paste0(
      "The file holds ", length(panel), " models of series: a panel, whose ",
      "series are told apart by the column `", panel_key, "`. To serve one of ",
      "them alone: --object ", code_text(names(panel)[1])
    ),
    if (length(early)) {
      paste0(
        "The data of ",
        paste0("`", utils::head(early, 5), "`", collapse = ", "),
        if (length(early) > 5) paste(" and", length(early) - 5, "more"),
        " end before those of the others: they are forecast from their own end."
      )
    }
  )
}

#' The calendar of the series that goes on for longest
#' @noRd
panel_calendar <- function(panel) {
  latest <- which(unlist(panel_lags(panel)) == 0)[1]
  series_calendar(fitted_series(panel[[latest]]))
}

#' The plain R that forecasts without AnOps, for the project's own tests
#' @noRd
panel_code <- paste(
  sep = "\n  ",
  "forecasts <- numeric(nrow(newdata))",
  "for (key in unique(as.character(newdata$series))) {",
  "  rows <- which(newdata$series == key)",
  "  steps <- newdata$step[rows]",
  "  ahead <- forecast::forecast(model[[key]], h = max(steps))$mean",
  "  forecasts[rows] <- as.numeric(ahead)[steps]",
  "}",
  "forecasts"
)
