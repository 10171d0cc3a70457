# A model that keeps no contrasts makes its design matrix by those of the
# session that predicts: they must be those of the session that fitted.

#' Set the contrasts that a model was fitted with, where it would take others
#'
#' What a project's own code has set stays.
#'
#' @param model A fitted model.
#' @noRd
restore_contrasts <- function(model) {
  if (is_fitted(model) &&
        identical(unname(getOption("contrasts")), usual_contrasts)) {
    found <- quietly(fitted_contrasts(model))
    if (!is.null(found)) options(contrasts = found)
  }
  invisible()
}

usual_contrasts <- c("contr.treatment", "contr.poly")

#' Find the contrasts of the session that a model was fitted in
#'
#' @return Two names of functions, for unordered and ordered factors, or `NULL`
#'   where nothing speaks against those that R usually has.
#' @noRd
fitted_contrasts <- function(model) {
  stated <- stated_contrasts(model)
  if (is.null(stated)) {
    return(NULL)
  }
  choices <- expand.grid(
    unordered = stated$unordered, ordered = stated$ordered,
    stringsAsFactors = FALSE
  )
  chosen <- unlist(choices[1, ])
  if (nrow(choices) > 1) {
    chosen <- agreeing_contrasts(model, choices) %||% stated$likely
  }
  if (!identical(unname(chosen), usual_contrasts)) chosen
}

#' Write the contrasts that were restored into the code of a new project, which
#' must predict alike where AnOps is not there
#' @noRd
contrasts_code <- function(code) {
  restored <- unname(getOption("contrasts"))
  if (identical(restored, usual_contrasts)) {
    return(code)
  }
  paste0(
    "# the model was fitted with these contrasts, and does not keep them\n  ",
    "before <- options(contrasts = c(\"", restored[1], "\", \"", restored[2],
    "\"))\n  on.exit(options(before))\n  ",
    code %||% "predict(model, newdata, ...)"
  )
}

#' Tell that nothing says by which contrasts a model's factors were coded
#' @noRd
contrasts_note <- function(model, inputs = NULL) {
  stated <- if (is_fitted(model)) quietly(stated_contrasts(model))
  classless <- is.null(stated) && keeps_no_classes(model, inputs)
  if (classless) {
    stated <- list(unordered = known_contrasts[-5], likely = usual_contrasts)
  }
  coded <- stated$likely[1] != usual_contrasts[1]
  if (length(stated$unordered) > 1 && (coded || makes_matrix(model)) &&
        is.null(quietly(own_rows(model)))) {
    paste0(
      "The model does not tell by which contrasts its factors were coded: ",
      stated$likely[1], " is taken. Where the session that fitted it had set ",
      "others, set them in model.R: options(contrasts = c(\"",
      setdiff(stated$unordered, stated$likely[1])[1], "\", \"contr.poly\")).",
      if (classless) paste0(
        " Nor does it tell the order of their levels: write that of the fit ",
        "in ao.toml, where it was not that of the alphabet."
      )
    )
  }
}

#' Whether a model with factors keeps terms, and not the classes of their
#' variables, as those of rqss() do
#' @noRd
keeps_no_classes <- function(model, inputs) {
  terms <- if (is_fitted(model)) model_terms(model)
  inherits(terms, "terms") && is.null(attr(terms, "dataClasses")) &&
    length(quietly(kept_contrasts(model))) == 0 &&
    any(vapply(inputs, function(spec) spec$type == "category", TRUE))
}

#' Whether the predict() of a model calls model.matrix()
#' @noRd
makes_matrix <- function(model) {
  any(vapply(predict_methods(model), function(method) {
    any(c("model.matrix", "sparse.model.matrix") %in% all.names(body(method)))
  }, TRUE))
}

#' Find the contrasts by which a model predicts the fitted values it keeps
#' @noRd
agreeing_contrasts <- function(model, choices) {
  own <- own_rows(model)
  if (is.null(own)) {
    return(NULL)
  }
  before <- options("contrasts")
  on.exit(options(before))
  for (i in seq_len(nrow(choices))) {
    options(contrasts = unlist(choices[i, ]))
    if (isTRUE(agreement(own, default_loaded(model))$agrees)) {
      return(unlist(choices[i, ]))
    }
  }
  NULL
}

default_loaded <- function(model) {
  list(
    model = model, what = "The model", predict = default_predict,
    stated_levels = stated_levels(model)
  )
}

#' Find which contrasts a model may have been fitted with
#'
#' @return A list: `unordered` and `ordered`, names of functions, the usual one
#'   first; `likely`, one of each; `NULL` where it has no factors.
#' @noRd
stated_contrasts <- function(model) {
  kept <- kept_contrasts(model)
  if (length(kept)) {
    return(list(unordered = kept[1], ordered = "contr.poly"))
  }
  data <- model_data(model)
  parts <- lapply(terms_parts(model), function(terms) {
    contrasts_of_part(model, terms, data)
  })
  sets <- do.call(c, unname(lapply(parts, `[[`, "sets")))
  ordered <- unlist(lapply(parts, `[[`, "ordered"))
  if (length(sets) == 0) {
    return(NULL)
  }
  one <- function(sets, usual) {
    common <- if (length(sets)) Reduce(intersect, sets)
    if (length(common)) common else usual
  }
  unordered <- one(sets[!ordered], usual_contrasts[1])
  ranked <- one(sets[ordered], usual_contrasts[2])
  list(
    unordered = unordered, ordered = ranked,
    likely = c(unordered = unordered[1], ordered = ranked[1])
  )
}

#' @return A list: `sets`, the contrasts that each factor may have had, and
#'   `ordered`, whether it is ordered.
#' @noRd
contrasts_of_part <- function(model, terms, data) {
  labels <- design_labels(terms)
  coded <- labels[labels_coded(labels, terms)]
  classes <- attr(terms, "dataClasses")
  names(classes) <- gsub("`", "", names(classes))
  classes <- classes[gsub("`", "", coded)]
  if (length(coded) == 0 || anyNA(classes) || is.null(classes)) {
    return(NULL)
  }
  designs <- design_factors(model, terms)
  list(
    sets = lapply(seq_along(coded), function(i) {
      label <- coded[i]
      possible_contrasts(
        designs[[label]], coded_levels(model, label, data, classes[[i]]),
        classes[[i]] == "ordered"
      )
    }),
    ordered = unname(classes == "ordered")
  )
}

#' Take the contrasts that a model keeps; some that do make no use of them
#' @noRd
kept_contrasts <- function(model) {
  kept <- unlist(part_of(model, "contrasts"))
  kept <- unique(kept[is.character(kept) & kept %in% known_contrasts])
  setdiff(kept, "contr.poly")
}

known_contrasts <- c(
  "contr.treatment", "contr.sum", "contr.helmert", "contr.SAS", "contr.poly"
)

coded_levels <- function(model, label, data, class) {
  column <- data[[gsub("`", "", label)]]
  if (class == "logical") {
    c("FALSE", "TRUE")
  } else {
    fitted_levels(model, label) %||%
      (if (is.factor(column)) levels(column)) %||%
      (if (!is.null(column)) sort(unique(as.character(column))))
  }
}

#' Tell sums from Helmert's contrasts by the second column of a factor, in which
#' only the latter have a 2
#' @noRd
stated_by_values <- function(values) {
  if (any(values > 1 + 1e-8)) {
    "contr.helmert"
  } else if (length(values) && all(values %in% c(-1, 0, 1))) {
    "contr.sum"
  } else {
    c("contr.sum", "contr.helmert")
  }
}

#' @param design What [design_factors()] tells of a factor, or `NULL`.
#' @param levels Its levels, or `NULL`.
#' @noRd
possible_contrasts <- function(design, levels, ordered) {
  all <- if (ordered) rev(known_contrasts) else known_contrasts[-5]
  if (identical(design$coding, "full")) {
    levels <- levels %||% design$levels
    design <- design$crossed
  }
  if (is.null(design)) {
    return(all)
  }
  if (design$coding == "poly") {
    return("contr.poly")
  }
  size <- length(levels)
  as_treatment <- identical(design$levels, levels[-1])
  as_sas <- identical(design$levels, levels[-size])
  numbered <- design$coding == "numbered" && design$size == (size %||% 0L)
  c(
    if (as_treatment) "contr.treatment",
    if (design$coding == "numbered" && (numbered || size == 0)) {
      stated_by_values(design$values)
    },
    if (as_sas) "contr.SAS"
  ) %||% all
}
