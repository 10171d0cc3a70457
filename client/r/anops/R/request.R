# A data frame becomes the JSON of a request, with nothing lost on the way.

rows_per_request <- 20000L

cells_per_request <- 1e6

#' Ask for all rows, in pieces where the model allows that
#'
#' @return A list of `columns` and `version`, that of the model which answered.
#' @noRd
predict_pieces <- function(model, rows, options) {
  rows <- rows[intersect(names(model$schema$inputs), names(rows))]
  asked <- options_json(options, model$schema$options)
  size <- if (model$row_independent) piece_size(length(rows)) else Inf
  starts <- if (nrow(rows) > size) seq(1, nrow(rows), by = size) else 1
  answers <- lapply(starts, function(start) {
    last <- min(start + size - 1, nrow(rows))
    piece <- rows
    if (length(starts) > 1) {
      piece <- rows[start:last, , drop = FALSE]
    }
    predict_piece(model, piece, asked, before = start - 1)
  })
  one_model(answers, model)
  warn_of_all(answers)
  list(
    columns = bound(lapply(answers, `[[`, "columns")),
    version = answers[[1]]$version
  )
}

piece_size <- function(columns) {
  rows <- as.integer(cells_per_request / max(columns, 1))
  max(1L, min(rows_per_request, rows))
}

predict_piece <- function(model, piece, options, before) {
  columns <- piece_json(piece, model$schema$inputs)
  body <- paste0("{\"data\":", columns, ",\"options\":", options, "}")
  # JSON without rows can't say which columns the predictions would have
  wanted <- if (nrow(piece) == 0) "text/csv" else "application/json"
  ask_service(
    model$service, "/predict", body,
    accept = wanted, before = before, read = read_predictions
  )
}

one_model <- function(answers, model) {
  versions <- unique(vapply(answers, function(answer) {
    answer$version %||% model$version
  }, ""))
  if (length(versions) > 1) {
    raise_remote(
      "NOT_READY",
      paste0(
        "Can't predict with model `", model$name, "`: while it answered, the ",
        "service went from version ", versions[1], " to ", versions[2], "."
      ),
      "Ask again."
    )
  }
}

bound <- function(pieces) {
  if (length(pieces) == 1) {
    return(pieces[[1]])
  }
  names <- unique(unlist(lapply(pieces, names)))
  columns <- lapply(names, function(name) {
    unlist(lapply(pieces, `[[`, name), use.names = FALSE)
  })
  stats::setNames(columns, names)
}

piece_json <- function(piece, specs = list()) {
  if (length(piece) == 0) {
    # columns can't say how many rows there are where there are none
    return(paste0("[", paste(rep("{}", nrow(piece)), collapse = ","), "]"))
  }
  columns <- Map(function(column, name) {
    column_json(column, name, specs[[name]]$type)
  }, piece, names(piece))
  json_object(names(piece), columns)
}

json_object <- function(names, values) {
  if (length(names) == 0) {
    return("{}")
  }
  keys <- vapply(enc2utf8(names), json_text, "")
  paste0("{", paste0(keys, ":", values, collapse = ","), "}")
}

column_json <- function(column, name, type = NULL) {
  if (identical(type, "date")) {
    column <- whole_days(column)
  }
  values <- json_values(column)
  if (is.null(values)) {
    kind <- if (is.null(dim(column))) class(column)[1] else "matrix"
    refuse_newdata(
      paste0("column `", name, "` must hold plain values, and is a ", kind),
      paste0("Send `", name, "` as a vector, a factor, a Date or a POSIXct.")
    )
  }
  paste0("[", paste(values, collapse = ","), "]")
}

#' Take moments that are midnight where they are as the days that they begin
#'
#' Their instant, in UTC, would often be one of the day before.
#' @noRd
whole_days <- function(x) {
  if (!inherits(x, "POSIXt")) {
    return(x)
  }
  parts <- as.POSIXlt(x)
  there <- !is.na(x)
  midnight <- parts$hour == 0 & parts$min == 0 & parts$sec == 0
  if (all(midnight[there])) as.Date(parts) else x
}

#' Write values as JSON, each as a text
#'
#' @return `NULL` where there is no way to write them.
#' @noRd
json_values <- function(x) {
  if (inherits(x, "POSIXlt")) {
    x <- as.POSIXct(x)
  }
  if (length(dim(x)) > 1 || !is.atomic(x) || is.complex(x) || is.raw(x)) {
    return(NULL)
  }
  if (inherits(x, "integer64")) {
    return(or_null(as.character(x), is.na(x)))
  }
  json_vector(x)
}

json_vector <- function(x) {
  if (is.factor(x)) {
    json_coded(utf8(levels(x)), as.integer(x))
  } else if (inherits(x, "Date")) {
    json_texts(x, iso_date)
  } else if (inherits(x, "POSIXct")) {
    json_texts(x, iso_datetime)
  } else if (is.character(x)) {
    json_texts(x, utf8)
  } else if (is.logical(x)) {
    or_null(ifelse(x, "true", "false"), is.na(x))
  } else if (is.integer(x)) {
    or_null(as.character(x), is.na(x))
  } else {
    json_numbers(as.double(x))
  }
}

#' Write each different text once: most columns of texts repeat themselves
#' @noRd
json_texts <- function(x, write) {
  different <- unique(x[!is.na(x)])
  json_coded(write(different), match(x, different))
}

#' Write doubles so that they are read as the very same
#'
#' Fifteen digits, which jsonlite writes at most, do not do.
#' @noRd
json_numbers <- function(x) {
  text <- sprintf("%.17g", x)
  text[is.infinite(x)] <- ifelse(x[is.infinite(x)] > 0, "\"Inf\"", "\"-Inf\"")
  or_null(text, is.na(x))
}

json_coded <- function(texts, codes) {
  written <- vapply(texts, json_text, "", USE.NAMES = FALSE)
  or_null(written[codes], is.na(codes))
}

json_text <- function(text) {
  as.character(jsonlite::toJSON(text, auto_unbox = TRUE))
}

or_null <- function(text, missing) {
  text[missing] <- "null"
  text
}

options_json <- function(options, specs) {
  options <- Filter(Negate(is.null), options)
  values <- Map(function(value, name) {
    text <- json_values(value)
    if (is.null(text)) {
      refuse_newdata(
        paste0("option `", name, "` must be a plain value"),
        "Options are numbers, texts, or TRUE and FALSE."
      )
    }
    if (length(text) != 1 || isTRUE(specs[[name]]$list)) {
      text <- paste0("[", paste(text, collapse = ","), "]")
    }
    text
  }, options, names(options))
  json_object(names(options), values)
}
