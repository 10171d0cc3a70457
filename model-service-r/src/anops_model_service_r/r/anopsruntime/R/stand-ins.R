# Values that stand in for those of a column that only the formula has seen:
# `cut(age, c(0, 30, 60))` keeps the interval of an age, not the age. Any value
# that the formula turns into what the model frame holds predicts the same.

#' Complete the data of a model with columns that nothing kept
#'
#' @param model A fitted model.
#' @param own Its data, as `model_data()` gave it, or `NULL`.
#' @param inputs Its columns.
#' @return `own` with a column for each input that a stand-in was found for,
#'   missing where there is none.
#' @noRd
with_stand_ins <- function(model, own, inputs, seconds = 10) {
  complete <- own
  in_time(
    for (name in setdiff(names(inputs), names(own))) {
      made <- made_of(model, complete, name)
      if (late()) break
      if (!is.null(made)) {
        complete <- made$own
        complete[[name]] <- stand_in(made, name, inputs[[name]]$type)
      }
    },
    seconds
  )
  complete
}

stand_in_note <- function(own, completed) {
  new <- setdiff(names(completed), names(own))
  if (length(new)) {
    paste0(
      "The model keeps what its formula makes of ", listed(new), ", not the ",
      "values: those of the reference rows are made up, and give the same."
    )
  }
}

#' Find the type of a column that a model only lets guess: the one of which the
#' formula makes what it made of the data
#'
#' `months(day)` takes dates and times, of which `format(day, "%H")` knows more.
#' @noRd
reproducing_types <- function(model, own, inputs, seconds = 15) {
  # of whole numbers, paste() makes other texts than of doubles: "1e+05"
  types <- c("number", "integer", names(probes))
  found <- inputs
  in_time(
    for (name in names(Filter(is_guessed, inputs))) {
      made <- made_of(model, own, name)
      share <- vapply(if (!is.null(made)) types, function(type) {
        mean(!is.na(stand_in(made, name, type)[made$rows]))
      }, 0)
      if (late()) break
      if (max(share, 0) > 0 && which.max(share) > 1) {
        found[[name]] <- list(type = types[which.max(share)])
      }
    },
    seconds
  )
  found
}

#' Collect what a formula made of a column
#'
#' @return `NULL` where that can't be told; else a list: `own`, the data;
#'   `rows`, some places in it; `calls`, what stands in the formula; `values`,
#'   what came out of each; `where`, the environment.
#' @noRd
made_of <- function(model, own, name, most = 60L) {
  frame <- model_frame(model)
  terms <- attr(frame, "terms")
  own <- own %||% as_frame(list(), NULL, NROW(frame))
  if (is.null(terms) || nrow(frame) == 0 || nrow(own) != nrow(frame)) {
    return(NULL)
  }
  # what was kept for new rows: the knots of ns(x, 3)
  calls <- as.list(attr(terms, "predvars") %||% attr(terms, "variables"))[-1]
  used <- lapply(calls, variables_in)
  place <- which(vapply(used, function(names) name %in% names, TRUE))
  where <- environment(terms) %||% globalenv()
  others <- setdiff(unlist(used[place]), c(name, names(own)))
  known <- vapply(others, exists, TRUE, envir = where)
  if (length(place) && all(known) && !attr(terms, "response") %in% place) {
    rows <- seq(1, nrow(own), length.out = min(most, nrow(own)))
    list(
      own = own, calls = calls[place], values = unclass(frame)[place],
      rows = unique(round(rows)), where = where
    )
  }
}

#' @param made What `made_of()` returned.
#' @return A column of the type, missing where no value was found.
#' @noRd
stand_in <- function(made, name, type) {
  offered <- offers(made, type)
  column <- offered[rep(NA_integer_, nrow(made$own))]
  if (!by_element(made, name, offered)) {
    # among other values, rank(x) makes another number of the same
    return(column)
  }
  for (row in made$rows) {
    fits <- reproduced(made, name, offered, rep(row, length(offered)))
    column[row] <- offered[which(fits)[1]]
    if (late()) return(column)
  }
  open <- made$rows[is.na(column[made$rows])]
  if (type == "number" && length(open)) {
    column[open] <- solved(made, name, offered, open)
  }
  column
}

#' Whether a formula makes the same of a value wherever it stands
#' @noRd
by_element <- function(made, name, offered, few = 7L) {
  some <- offered[round(seq(1, length(offered), length.out = few))]
  rows <- rep(made$rows, length.out = length(some))
  all(vapply(seq_along(made$calls), function(i) {
    together <- formula_value(made, i, name, some, rows)
    is.null(together) || all(vapply(seq_along(some), function(k) {
      alone <- formula_value(made, i, name, some[k], rows[k])
      isTRUE(all.equal(as_plain(alone), as_plain(at(together, k))))
    }, TRUE))
  }, TRUE))
}

#' Tell for which values in which rows the formula makes what it made
#' @noRd
reproduced <- function(made, name, values, rows) {
  fits <- rep(TRUE, length(values))
  for (i in seq_along(made$calls)) {
    got <- formula_value(made, i, name, values, rows)
    fits <- fits & same_values(got, at(made$values[[i]], rows))
  }
  fits
}

formula_value <- function(made, i, name, values, rows) {
  data <- take_rows(made$own, rows)
  data[[name]] <- values
  value <- quietly(eval(made$calls[[i]], data, made$where))
  if (NROW(value) == length(values)) value
}

same_values <- function(got, kept) {
  if (is.null(got) || NCOL(got) != NCOL(kept)) {
    return(FALSE)
  }
  if (is.numeric(got) && is.numeric(kept)) {
    near <- abs(unclass(got) - unclass(kept)) <= 1e-9 * (1 + abs(kept))
    near <- matrix(near %in% TRUE, NROW(got))
    return(rowSums(!near) == 0)
  }
  as.character(got) == as.character(kept) & is.numeric(got) == is.numeric(kept)
}

#' Values of a type that may be what a formula was given
#'
#' What came out of it, since `pmin(x, 9)` leaves most as they are; for numbers
#' the constants in it and what lies between them, and a coarse scale.
#' @noRd
offers <- function(made, type) {
  kept <- Filter(function(value) is.null(dim(value)), made$values)
  kept <- lapply(kept, function(value) unique(at(value, made$rows)))
  texts <- unlist(lapply(
    Filter(function(x) is.factor(x) || is.character(x), kept), as.character
  ))
  numbers <- as.double(unlist(Filter(is.numeric, lapply(kept, as_plain))))
  written <- as.double(grep("^-?[1-9][0-9]*$", texts, value = TRUE))
  numbers <- c(numbers, written)
  switch(type,
    number = unique(c(numbers, between(constants_in(made)), scale_of_numbers)),
    integer = unique(as.integer(Filter(is_whole, c(numbers, 0:31)))),
    # as.numeric(day) keeps days, that of a time keeps seconds
    date = .Date(unique(c(calendar, numbers[abs(numbers) < 1e5]))),
    datetime = .POSIXct(
      unique(c(86400 * calendar + 43200, 86400 * calendar[1] + half_hours,
               numbers[abs(numbers) > 1e5])),
      "UTC"
    ),
    boolean = c(FALSE, TRUE),
    unique(c("a", texts))
  )
}

#' Days that show every month, weekday and day of the year, and many years
#' @noRd
calendar <- c(
  as.double(as.Date("2024-01-01")) + 0:365,
  as.double(seq(as.Date("1970-01-15"), as.Date("2049-12-15"), by = "month"))
)

half_hours <- 1800 * 0:335

scale_of_numbers <- c(
  0:31, 50, 100, 10^(3:6), 10^-(1:3), -1, -10, -100, -1000
)

constants_in <- function(made) {
  named <- mget(
    setdiff(unlist(lapply(made$calls, variables_in)), names(made$own)),
    envir = made$where, inherits = TRUE, ifnotfound = list(NULL)
  )
  written <- lapply(made$calls, numbers_in)
  found <- as.double(unlist(Filter(is.numeric, c(named, written))))
  utils::head(unique(found[is.finite(found)]), 40)
}

numbers_in <- function(expression) {
  if (is.call(expression)) {
    unlist(lapply(as.list(expression)[-1], numbers_in))
  } else if (is.numeric(expression)) {
    expression
  }
}

between <- function(numbers) {
  numbers <- sort(unique(c(numbers, -numbers)))
  if (length(numbers)) {
    wide <- c(numbers[1] - 1, numbers, numbers[length(numbers)] + 1)
    sort(c(wide, wide[-1] - diff(wide) / 2))
  }
}

#' Solve for the number of which a formula made another one
#'
#' By halving between two offers of which it makes less and more.
#' @noRd
solved <- function(made, name, offered, rows) {
  kept <- made$values[[1]]
  scale <- sort(offered)
  away <- function(values, rows) {
    got <- formula_value(made, 1, name, values, rows)
    if (is.numeric(got) && is.null(dim(got)) && is.numeric(kept)) {
      unclass(got) - unclass(at(kept, rows))
    } else {
      rep(NA_real_, length(values))
    }
  }
  many <- length(scale)
  signs <- matrix(
    sign(away(rep(scale, length(rows)), rep(rows, each = many))), many
  )
  turns <- signs[-1, , drop = FALSE] * signs[-many, , drop = FALSE] < 0
  first <- apply(turns, 2, function(column) which(column)[1])
  low <- scale[first]
  high <- scale[first + 1]
  up <- signs[cbind(first, seq_along(rows))]
  for (step in if (!late()) 1:80) {
    middle <- (low + high) / 2
    below <- sign(away(middle, rows)) == up
    low <- ifelse(below, middle, low)
    high <- ifelse(below, high, middle)
  }
  ifelse(reproduced(made, name, high, rows), signif(high, 12), NA)
}
