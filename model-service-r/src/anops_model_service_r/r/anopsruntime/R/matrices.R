# Columns of a model that are matrices, as scale() makes one, travel as columns
# of numbers.

#' Find the matrix columns of a model
#'
#' @return A list: for each of them by name the names of the columns of numbers
#'   in requests, `w` for a matrix of one column, else `w.a`, `w.b`, as
#'   `write.csv()` calls them.
#' @noRd
matrices_of <- function(model) {
  terms <- quietly(stats::delete.response(model_terms(model)))
  classes <- attr(terms, "dataClasses") %||%
    (if (is.list(model)) part_of(model, "dataClasses"))
  classes <- classes[grepl("^nmatrix[.][0-9]+$", classes)]
  kept <- if (is.list(model)) names(part_of(model, "dataClasses"))
  plain <- names(classes) %in% c(plain_names(terms), kept)
  inside <- unlist(lapply(
    names(classes)[!plain & classes == "nmatrix.1"], matrices_in
  ))
  classes <- c(
    classes[plain],
    stats::setNames(rep("nmatrix.1", length(inside)), inside)
  )
  classes <- classes[!duplicated(names(classes))]
  found <- lapply(names(classes), function(name) {
    size <- as.integer(sub("nmatrix.", "", classes[[name]], fixed = TRUE))
    if (size == 1) {
      return(name)
    }
    frame <- model_frame(model)
    titles <- colnames(frame[[name]]) %||% seq_len(size)
    paste(name, titles, sep = ".")
  })
  stats::setNames(found, names(classes))
}

#' Find the columns that make a term a matrix: `exp(w)` is one where `w` is, and
#' `poly(w, 1)` always
#' @noRd
matrices_in <- function(text) {
  call <- quietly(str2lang(text))
  names <- variables_in(call)
  numbers <- stats::setNames(rep(list(c(1, 2, 4)), length(names)), names)
  made <- quietly(eval(call, numbers))
  if (is.numeric(made) && is.null(dim(made))) names
}

plain_names <- function(terms) {
  variables <- as.list(attr(terms, "variables"))[-1]
  vapply(Filter(is.name, variables), as.character, "")
}

#' Put matrices together out of the columns of a request
#' @noRd
with_matrices <- function(newdata, matrices) {
  for (name in names(matrices)) {
    parts <- matrices[[name]]
    if (all(parts %in% names(newdata))) {
      made <- do.call(cbind, unclass(newdata)[parts])
      colnames(made) <- if (length(parts) > 1) {
        substring(parts, nchar(name) + 2)
      }
      newdata[setdiff(parts, name)] <- NULL
      newdata[[name]] <- made
    }
  }
  newdata
}

#' Take the matrices in data apart
#' @noRd
without_matrices <- function(data, matrices) {
  for (name in intersect(names(matrices), names(data))) {
    parts <- matrices[[name]]
    kept <- as.matrix(data[[name]])
    data[[name]] <- NULL
    for (i in seq_along(parts)) {
      data[[parts[i]]] <- as.vector(kept[, i])
    }
  }
  data
}

#' Describe the columns of numbers in place of each matrix
#' @noRd
inputs_of_matrices <- function(inputs, matrices) {
  found <- lapply(names(inputs), function(name) {
    parts <- matrices[[name]]
    if (is.null(parts)) {
      return(inputs[name])
    }
    stats::setNames(rep(list(list(type = "number")), length(parts)), parts)
  })
  do.call(c, found) %||% inputs
}

#' Tell what requests hold in place of a matrix
#' @noRd
matrix_notes <- function(model, matrices) {
  notes <- lapply(names(matrices), function(name) {
    parts <- matrices[[name]]
    kept <- model_frame(model)[[name]]
    scale <- attr(kept, "scaled:scale")
    center <- attr(kept, "scaled:center")
    if (length(parts) > 1) {
      return(paste0(
        "`", name, "` was a matrix of ", length(parts), " columns: requests ",
        "send them as ", listed(parts, 3L), "."
      ))
    }
    paste0(
      "`", name, "` was a matrix of one column, as scale() makes: requests ",
      "send its number",
      if (length(scale) == 1 && length(center) == 1) {
        paste0(
          ", which is scaled: (x - ", format(center, digits = 7), ") / ",
          format(scale, digits = 7)
        )
      },
      ". To send raw values, write scale(", name, ") into the formula in ",
      "place of the data."
    )
  })
  unlist(notes)
}
