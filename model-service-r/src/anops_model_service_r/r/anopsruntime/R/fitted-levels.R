# The levels that a model was fitted with, wherever its package keeps them.

#' Find the levels that a model was fitted with, where it keeps them
#'
#' Those of nlme keep them in the names of their contrasts; survival writes
#' `sex=1` for a stratum that is a number, and survreg() keeps a scale for each.
#' @noRd
fitted_levels <- function(model, key, name = key) {
  levels <- kept_levels(model)[[key]]
  contrasts <- part_of(model, "contrasts")
  if (is.null(levels) && is.list(contrasts) && is.matrix(contrasts[[key]])) {
    levels <- rownames(contrasts[[key]])
  }
  if (startsWith(key, "strata(")) {
    call <- str2lang(key)
    if (length(call) > 2) {
      return(strata_levels(levels, match(name, as.character(call)) - 1))
    }
    scales <- part_of(model, "scale")
    levels <- levels %||% if (length(scales) > 1) names(scales)
    prefix <- paste0(sub("^strata\\((.*)\\)$", "\\1", key), "=")
    if (length(levels) && all(startsWith(levels, prefix))) {
      levels <- substring(levels, nchar(prefix) + 1)
    }
  }
  levels
}

#' Find the levels of one of several columns in the names of their strata
#'
#' @param strata Such as "b=FALSE, c=p", or "low, p" of factors and texts.
#' @param place Which of them.
#' @noRd
strata_levels <- function(strata, place) {
  parts <- strsplit(as.character(strata), ", ", fixed = TRUE)
  if (length(unique(lengths(parts))) != 1) {
    return(NULL)
  }
  unique(trimws(sub("^[^=]*=", "", vapply(parts, `[`, "", place))))
}

#' Take the levels that a model keeps by variable; those of pscl and AER call
#' them `levels`, and have some for each part of a formula
#' @noRd
kept_levels <- function(model) {
  kept <- rms_levels(model) %||% part_of(model, "xlevels") %||%
    attr(model, "xlevels") %||% part_of(model, "levels")
  if (is.list(kept)) {
    nested <- vapply(kept, is.list, TRUE)
    kept <- c(kept[!nested], do.call(c, unname(kept[nested])))
  }
  # of mgcv: those that only a smooth has, such as s(id, bs = "re")
  smooth <- lapply(part_of(model, "var.summary"), levels)
  smooth <- Filter(length, smooth[setdiff(names(smooth), names(kept))])
  if (is.list(kept) || length(smooth)) c(kept, smooth)
}
