# The raw columns behind a model frame whose formula transformed them.

inverses <- list(
  log = exp, exp = log, sqrt = function(x) x^2, log2 = function(x) 2^x,
  log10 = function(x) 10^x, log1p = expm1, expm1 = log1p,
  I = identity, identity = identity, "(" = identity, as.numeric = identity,
  as.character = identity, as.double = identity, as.integer = identity,
  factor = function(x) read_levels(x), as.factor = function(x) read_levels(x),
  ordered = function(x) read_levels(x), offset = identity,
  relevel = identity, droplevels = identity, reorder = identity, C = identity,
  poly = function(x) linear_within(x), ns = function(x) linear_within(x),
  bs = function(x) linear_within(x), scale = function(x) unscaled(x)
)

#' Functions whose further arguments leave the values as they are
#' @noRd
keepers <- c("relevel", "droplevels", "reorder", "C")

read_levels <- function(x) {
  values <- numeric_levels(levels(x)) %||% logical_levels(levels(x))
  if (is.null(values)) x else values[as.integer(x)]
}

#' Undo the transformations of a model frame where that is possible
#'
#' @param frame A model frame.
#' @param offset The expression behind its column `(offset)`, or `NULL`.
#' @noRd
recovered <- function(frame, offset = NULL) {
  found <- list()
  inexact <- character()
  parts <- bound_parts(frame_variables(frame, offset), frame)
  unsure <- unsure_names(lapply(parts, `[[`, "variable"))
  for (part in parts) {
    raw <- undo_calls(part$variable, part$column)
    if (isTRUE(raw$name %in% unsure)) {
      next
    }
    if (!is.null(raw) && !raw$name %in% names(found)) {
      found[[raw$name]] <- raw$column
      if (raw$transformed) inexact <- c(inexact, raw$name)
    }
  }
  structure(
    as_frame(unname(found), names(found), nrow(frame)),
    inexact = if (length(inexact)) inexact
  )
}

#' Take `cbind(x, z)` of a model frame apart
#' @noRd
bound_parts <- function(variables, frame) {
  parts <- lapply(seq_along(frame), function(i) {
    variable <- variables[[i]]
    column <- frame[[i]]
    bound <- is.call(variable) && identical(variable[[1]], quote(cbind)) &&
      NCOL(column) == length(variable) - 1
    if (!bound) {
      return(list(list(variable = variable, column = column)))
    }
    lapply(seq_len(ncol(column)), function(j) {
      list(variable = variable[[j + 1]], column = as.vector(column[, j]))
    })
  })
  do.call(c, parts)
}

#' Name the columns whose class is lost in one place and matters in another, as
#' that of `at` is in `as.numeric(at) + factor(format(at, "%H"))`
#' @noRd
unsure_names <- function(variables) {
  used <- unlist(lapply(variables, variables_in))
  plain <- vapply(Filter(is.name, variables), as.character, "")
  lossy <- unlist(lapply(variables, function(variable) {
    if (calls_one(variable, c("as.numeric", "as.double", "as.integer"))) {
      variables_in(variable[[2]])
    }
  }))
  setdiff(intersect(lossy, used[duplicated(used)]), plain)
}

#' Tell what the columns of a model frame are: names, or calls of functions
#'
#' Its terms tell `log(x)` from a column of that name.
#' @noRd
frame_variables <- function(frame, offset = NULL) {
  known <- as.list(attr(attr(frame, "terms"), "variables"))[-1]
  others <- names(frame)[-seq_along(known)]
  if (length(known) == 0 || length(known) > length(frame)) {
    known <- list()
    others <- names(frame)
  }
  c(known, lapply(others, function(name) {
    if (name == "(offset)" && !is.null(offset)) {
      return(offset)
    }
    quietly(str2lang(name)) %||% as.name(name)
  }))
}

#' Turn the column `log(x)` of a model frame into x
#'
#' @return A list of `name` and `column`, or `NULL` where there is no way back.
#' @noRd
undo_calls <- function(expression, column) {
  transformed <- is.call(expression)
  while (is.call(expression)) {
    back <- inverse_of(expression, column)
    if (is.null(back$undo)) {
      return(NULL)
    }
    column <- back$undo(column)
    expression <- back$inner
  }
  if (!is.name(expression) || is.null(column) ||
        (transformed && !is.null(dim(column)))) {
    return(NULL)
  }
  list(
    name = as.character(expression), column = tidied(column, transformed),
    transformed = transformed
  )
}

#' Find what undoes a call; further arguments matter, unless the column it made
#' tells them itself
#'
#' @return A list of `undo`, a function, and `inner`, what the call was made of.
#' @noRd
inverse_of <- function(expression, column) {
  head <- expression[[1]]
  # splines::ns() is ns()
  name <- call_text(if (is.call(head)) head[[length(head)]] else head)
  constant <- vapply(as.list(expression)[-1], is.numeric, logical(1))
  if (is.null(dim(column)) && length(constant) == 2 && sum(constant) == 1) {
    return(list(
      undo = undo_arithmetic(
        name, expression[[which(constant) + 1]], constant[1]
      ),
      inner = expression[[which(!constant) + 1]]
    ))
  }
  if (length(expression) == 2 || name %in% keepers || !is.null(dim(column))) {
    list(undo = inverses[[name]], inner = expression[[2]])
  }
}

#' Undo `x / 100`, `x + 1` and their like
#'
#' Not `x^2`, of which the sign is lost.
#'
#' @param sign An operator.
#' @param k The constant beside x.
#' @param first Whether it comes before x, as in `1 / x`.
#' @noRd
undo_arithmetic <- function(sign, k, first) {
  switch(paste0(sign, if (first) "x"),
    "+" = , "+x" = function(y) y - k,
    "-" = function(y) y + k,
    "-x" = function(y) k - y,
    "*" = , "*x" = if (k != 0) function(y) y / k,
    "/" = function(y) y * k,
    "/x" = if (k != 0) function(y) k / y,
    "^" = if (k %in% c(0.5, -1, -0.5)) function(y) y^(1 / k),
    "log" = function(y) k^y
  )
}

tidied <- function(column, transformed) {
  # those of plm know the individuals and times of their rows
  wrapped <- c("AsIs", "pseries")
  if (inherits(column, wrapped)) {
    attr(column, "index") <- NULL
    class(column) <- setdiff(class(column), wrapped)
  }
  if (transformed && is.double(column) && !is.object(column)) {
    # exp(log(x)) is not quite x, which mostly has few digits
    few <- signif(column, 12)
    near <- abs(few - column) <= 1e-14 * max(abs(column), 0, na.rm = TRUE)
    column <- ifelse(near %in% TRUE, few, column)
  }
  column
}

#' Find the numbers that a basis was made of
#'
#' Polynomials and splines can be any straight line between their outer knots,
#' so x itself is a sum of their columns.
#'
#' @param basis What poly(), ns() or bs() made of x.
#' @noRd
linear_within <- function(basis) {
  ends <- attr(basis, "Boundary.knots")
  coefs <- attr(basis, "coefs")
  if (is.null(ends) && is.null(coefs)) {
    # poly(x, 2, raw = TRUE) begins with x
    return(if (inherits(basis, "poly")) basis[, 1])
  }
  if (is.null(ends)) {
    # poly(x, z) has two sets of them
    if (is.null(coefs$alpha)) {
      return(NULL)
    }
    ends <- coefs$alpha[1] + c(-1, 1) * sqrt(coefs$norm2[3] / coefs$norm2[2])
  }
  grid <- seq(ends[1], ends[2], length.out = 4 * ncol(basis) + 8)
  on_grid <- quietly(stats::predict(basis, grid))
  if (is.null(on_grid)) {
    return(NULL)
  }
  weights <- qr.coef(qr(cbind(1, unclass(on_grid))), grid)
  weights[is.na(weights)] <- 0
  fitted <- as.vector(cbind(1, unclass(on_grid)) %*% weights)
  if (isTRUE(all.equal(fitted, grid, tolerance = 1e-8))) {
    as.vector(cbind(1, unclass(basis)) %*% weights)
  }
}

unscaled <- function(x) {
  scale <- attr(x, "scaled:scale") %||% 1
  center <- attr(x, "scaled:center") %||% 0
  if (length(x) && NCOL(x) == 1) {
    as.vector(x) * scale + center
  }
}
