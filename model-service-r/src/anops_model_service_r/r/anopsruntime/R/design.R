# The names of the columns of a design matrix, which many a model keeps though
# it keeps no levels, tell the levels of its factors, and how they were coded.

#' Read what the columns of a design matrix tell of a model's factors
#'
#' @param model A fitted model.
#' @param terms Its terms, with the classes of its variables.
#' @return By the variable, as the terms write it, a list: `levels`, those that
#'   have a column, in order; `size`, how many levels there are; `coding`:
#'   "full" (a column for each level), "named" (for each but one), "numbered"
#'   (as `contr.sum` and `contr.helmert` do), "poly" (an ordered factor).
#' @noRd
design_factors <- function(model, terms) {
  labels <- design_labels(terms)
  coded <- labels[labels_coded(labels, terms)]
  if (length(coded) == 0) {
    return(list())
  }
  columns <- design_columns(model, labels, coded)
  if (length(columns) == 0) {
    # svm() keeps the names that a data frame makes of them
    return(stats::setNames(
      mangled_factors(model, labels, coded, attr(terms, "intercept")), coded
    ) |> Filter(f = Negate(is.null)))
  }
  read_factors(model, columns, labels, coded, attr(terms, "intercept"))
}

#' Read the names of columns that went through `make.names()`
#' @noRd
mangled_factors <- function(model, labels, coded, intercept) {
  plain <- make.names(labels)
  coded <- plain[match(coded, labels)]
  columns <- design_columns(model, plain, coded)
  found <- read_factors(model, columns, plain, coded, intercept)
  lapply(coded, function(label) found[[label]])
}

read_factors <- function(model, columns, labels, coded, intercept) {
  columns <- with_colons(columns, labels)
  full <- if (intercept == 0) coded[1]
  found <- lapply(coded, function(label) {
    suffixes <- label_suffixes(label, columns, labels)
    if (length(suffixes)) {
      design <- read_coding(suffixes, label %in% full)
      if (design$coding == "full") {
        # beside its own columns, x:g is coded by contrasts
        crossed <- label_suffixes(label, columns, labels, crossed = TRUE)
        if (length(crossed)) design$crossed <- read_coding(crossed, FALSE)
      }
      if (design$coding == "numbered") {
        design$values <- column_values(model, paste0(label, 2))
      }
      design
    }
  })
  Filter(Negate(is.null), stats::setNames(found, coded))
}

#' Write `x:s1` for the `x.s1` that a data frame makes of it
#' @noRd
with_colons <- function(columns, labels) {
  known <- c(labels, columns)
  vapply(columns, function(column) {
    for (dot in gregexpr(".", column, fixed = TRUE)[[1]]) {
      sides <- c(substr(column, 1, dot - 1), substring(column, dot + 1))
      ours <- vapply(sides, function(side) any(startsWith(side, labels)), TRUE)
      if (dot > 0 && all(ours) && any(sides %in% known)) {
        return(paste(sides, collapse = ":"))
      }
    }
    column
  }, "", USE.NAMES = FALSE)
}

design_labels <- function(terms) {
  variables <- as.list(attr(stats::delete.response(terms), "variables"))[-1]
  # as model.matrix() writes them
  vapply(variables, function(variable) {
    paste(deparse(variable, width.cutoff = 500L, backtick = TRUE),
          collapse = " ")
  }, "")
}

#' Tell the variables that a design matrix has a column for each level of
#' @noRd
labels_coded <- function(labels, terms) {
  classes <- attr(terms, "dataClasses")
  if (is.null(classes)) {
    return(rep(TRUE, length(labels)))
  }
  names(classes) <- gsub("`", "", names(classes))
  classes[gsub("`", "", labels)] %in%
    c("factor", "ordered", "character", "logical")
}

#' Find among all names in an object those of its design matrix
#'
#' They are the ones of which most can be read as columns of the variables.
#' @noRd
design_columns <- function(model, labels, coded) {
  best <- character()
  most <- 0
  for (names in name_vectors(design_source(model))) {
    parts <- strsplit(names, ":", fixed = TRUE)
    known <- vapply(parts, function(part) {
      all(vapply(part, is_column_of, TRUE, labels, coded))
    }, TRUE)
    seen <- vapply(coded, function(label) {
      any(startsWith(names, label) & names != label)
    }, TRUE)
    # of two alike the longer one: the names of scaled columns are some of them
    score <- sum(seen) + mean(known) + mean(labels %in% names) +
      sum(known) / 1e4
    if (all(seen) && mean(known) >= 0.7 && score > most) {
      most <- score
      best <- names
    }
  }
  best
}

is_column_of <- function(name, labels, coded) {
  name %in% c(labels, intercepts) || any(startsWith(name, labels))
}

intercepts <- c("(Intercept)", "Intercept", "intercept", "(intercept)")

#' List the vectors of names that lie in an object, at most four steps deep
#' @noRd
name_vectors <- function(model, most = 3000L) {
  found <- list()
  left <- most
  look <- function(x, depth) {
    left <<- left - 1
    if (left < 0 || is_opaque(x)) {
      return(invisible())
    }
    parts <- if (depth > 0) inner_parts(x)
    texts <- parts[names(parts) %in% names_of_columns]
    found <<- c(found, list(names(x)), dimnames(x), unname(texts))
    for (part in parts[!names(parts) %in% names_of_levels]) {
      look(part, depth - 1)
    }
  }
  quietly(look(model, 4))
  unique(Filter(function(names) {
    is.character(names) && length(names) %in% 1:5000 && !anyNA(names)
  }, found))
}

is_opaque <- function(x) {
  is.null(x) || is.environment(x) || is.function(x) || is.language(x) ||
    is.data.frame(x)
}

inner_parts <- function(x) {
  parts <- if (is.list(x) && length(x) <= 1000) unclass(x)
  if (isS4(x)) parts <- c(parts, attributes(x))
  if (length(parts) && is.null(names(parts))) {
    names(parts) <- character(length(parts))
  }
  parts
}

#' Where in an object a design matrix is to be found
#' @noRd
design_source <- function(model) UseMethod("design_source")

#' @export
design_source.default <- function(model) { # nolint: object_name_linter.
  list(quietly(stats::coef(model)), model)
}

#' Elements that hold names of columns as texts
#' @noRd
names_of_columns <- c(
  "coefnames", "namesx", "namesx.org", "xNames", "colnames", "vnames",
  "var.names", "variables", "independent.variable.names", "feature_names"
)

#' Elements that hold levels, which may begin as a variable is called
#' @noRd
names_of_levels <- c(
  "xlevels", "levels", "lev", "lev1", "obsLevels", "ylevels", "terms", "call"
)

#' Take the ends of the columns' names that belong to a variable
#' @noRd
label_suffixes <- function(label, columns, labels, crossed = FALSE) {
  own <- function(names) {
    mine <- startsWith(names, label) & nchar(names) > nchar(label)
    longer <- labels[startsWith(labels, label) & labels != label]
    for (other in longer) mine <- mine & !startsWith(names, other)
    unique(substring(names[mine], nchar(label) + 1))
  }
  main <- own(columns[!grepl(":", columns, fixed = TRUE)])
  if (length(main) && !crossed) {
    return(main)
  }
  parts <- strsplit(columns, ":", fixed = TRUE)
  own(as.character(unlist(parts[lengths(parts) > 1])))
}

#' Collect the values of a column of the design matrix, or means of them
#' @noRd
column_values <- function(model, name) {
  kept <- c("SV", "x", "X", "xmatrix", "means")
  parts <- if (isS4(model)) attributes(model) else unclass(model)
  parts <- if (is.list(parts)) parts[intersect(kept, names(parts))]
  parts <- c(parts, do.call(c, unname(Filter(is.list, parts))))
  of_name <- Filter(function(part) {
    is.numeric(part) && is.matrix(part) && name %in% colnames(part)
  }, parts)
  unlist(lapply(of_name, function(part) part[, name]), use.names = FALSE)
}

read_coding <- function(suffixes, full) {
  size <- length(suffixes) + 1L
  if (all(grepl("^([.][LQC]|\\^[0-9]+)$", suffixes))) {
    list(levels = NULL, size = size, coding = "poly")
  } else if (full) {
    list(levels = suffixes, size = size - 1L, coding = "full")
  } else if (identical(suffixes, as.character(seq_along(suffixes)))) {
    list(levels = suffixes, size = size, coding = "numbered")
  } else {
    list(levels = suffixes, size = size, coding = "named")
  }
}

#' Complete the levels that a design matrix tells with those of some rows
#'
#' @param design What [design_factors()] tells of the variable, or `NULL`.
#' @param values The values of the column in rows that the model knows.
#' @return The levels in the order of the fit, or `NULL` where they are not
#'   known for sure.
#' @noRd
completed_levels <- function(design, values = NULL) {
  values <- unique(as.character(values[!is.na(values)]))
  if (is.null(design)) {
    return(NULL)
  }
  known <- as_written(design$levels, values)
  if (design$coding == "full") {
    return(known)
  }
  other <- setdiff(values, known)
  if (design$coding == "named") {
    return(if (length(other) == 1) c(other, known))
  }
  # factor() sorts; nothing tells another order of them
  if (design$coding == "numbered" && length(values) == design$size) {
    level_order(values)
  }
}

#' Take back what make.names() did to levels: `New.York` is New York
#' @noRd
as_written <- function(levels, values) {
  place <- match(levels, values)
  lost <- is.na(place)
  place[lost] <- match(levels[lost], gsub("[^[:alnum:]._]", ".", values))
  known <- !is.na(place)
  levels[known] <- values[place[known]]
  levels
}

#' Sort as factor() does: numbers by their size
#' @noRd
level_order <- function(values) {
  numbers <- numeric_levels(values)
  if (is.null(numbers)) sort(values) else values[order(numbers)]
}
