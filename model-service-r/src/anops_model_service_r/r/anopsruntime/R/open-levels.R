# A design matrix has no column for the first level of a factor: where nothing
# else tells its name, any value that has no column is taken for it.

#' Find what an object tells of levels that it does not keep
#'
#' @param model A fitted model.
#' @return By column, what [design_factors()] tells of it.
#' @noRd
stated_levels <- function(model) {
  kept <- names(kept_levels(model))
  found <- do.call(c, lapply(unname(terms_parts(model)), function(terms) {
    classes <- attr(terms, "dataClasses")
    names(classes) <- gsub("`", "", names(classes))
    labels <- gsub("`", "", design_labels(terms))
    open <- classes[labels] %in% c("factor", "ordered", "character") &
      !labels %in% kept & !labels_contrasted(model, labels)
    if (any(open)) {
      designs <- design_factors(model, terms)
      names(designs) <- gsub("`", "", names(designs))
      # of these, R would make factors without an order
      ordered <- labels[open & classes[labels] %in% "ordered"]
      untold <- setdiff(ordered, names(designs))
      designs[untold] <- list(list(coding = "untold", size = NA_integer_))
      designs[intersect(names(designs), labels[open])]
    }
  }))
  found[!duplicated(names(found))]
}

labels_contrasted <- function(model, labels) {
  vapply(labels, function(label) length(fitted_levels(model, label)) > 0, TRUE)
}

#' Give columns of rows the levels of the fit, where only the object has them
#'
#' @param newdata The rows.
#' @param stated What [stated_levels()] found.
#' @param open The columns of which ao.toml says no levels.
#' @noRd
with_stated_levels <- function(newdata, stated, open = NULL) {
  for (name in names(stated)) {
    column <- newdata[[name]]
    if ((is.factor(column) || is.character(column)) &&
          (name %in% open || !has_levels(column, stated[[name]]))) {
      newdata[[name]] <- stated_factor(column, stated[[name]], name)
    }
  }
  newdata
}

#' Name the columns whose missing values are a level of the fit, as addNA()
#' makes one: mgcv leaves out what is missing, and not what is of that level
#' @noRd
missing_levels <- function(model) {
  names(Filter(anyNA, kept_levels(model)))
}

#' Make missing values of columns a level, as they were in the fit
#' @noRd
with_missing_levels <- function(newdata, names) {
  for (name in intersect(names, names(newdata))) {
    newdata[[name]] <- addNA(newdata[[name]])
  }
  newdata
}

#' Whether a column has all levels of the fit, as those of ao.toml are
#' @noRd
has_levels <- function(column, design) {
  had <- levels(column)
  if (is.na(design$size)) {
    return(length(had) > 1)
  }
  length(had) >= design$size &&
    all(as_written(stated_named(design), had) %in% had)
}

stated_named <- function(design) {
  if (design$coding %in% c("full", "named")) design$levels
}

stated_factor <- function(column, design, name) {
  text <- as.character(column)
  known <- as_written(stated_named(design), unique(text))
  open <- design$size - length(known)
  other <- setdiff(text[!is.na(text)], known)
  if (is.na(open) || length(other) > open || open > 1) {
    abort(
      "MODEL_FAILED", "Can't tell the levels of column `", name, "`: the ",
      "model ",
      if (!is.na(open)) paste0(
        "was fitted with ", design$size, if (length(known)) ", ",
        if (length(known)) listed(known), if (open == 1) " and one more",
        ", and "
      ),
      "keeps ", if (length(known)) "no other" else "none of their names",
      "; the rows have ", listed(unique(text)), ".",
      remedy = paste0(
        "Write all levels of `", name, "` into ao.toml, in the order of the ",
        "fit: levels = [...]"
      )
    )
  }
  levels <- c(if (open) c(other, "(another level)")[1], known)
  factor(text, levels = levels)
}

#' Whether a column has levels that the model does not tell, or not all
#' @noRd
is_open <- function(spec) !is.null(attr(spec, "design"))

open_design <- function(spec) attr(spec, "design")[[1]]

open_note <- function(inputs) {
  vapply(names(Filter(is_open, inputs)), function(name) {
    design <- open_design(inputs[[name]])
    stated <- isTRUE(design$coding == "named")
    paste0(
      "The model does not say ", if (stated) "all ", "levels of `", name, "`",
      if (stated) {
        paste0(
          ": it knows ", listed(design$levels), " and one more, for which any ",
          "other value is taken"
        )
      },
      ". ", if (isTRUE(design$coding %in% c("poly", "untold")) ||
                  isTRUE(inputs[[name]]$ordered)) {
        paste0(
          "They have an order, which rows do not tell: write it into ao.toml, ",
          "as in ", code_name(name), " = { type = \"category\", levels = ",
          "[\"low\", \"high\"], ordered = true }."
        )
      } else {
        paste0(
          "Give some rows with --data FILE.csv, or write levels, in the order ",
          "of the fit, into ao.toml."
        )
      }
    )
  }, "", USE.NAMES = FALSE)
}
