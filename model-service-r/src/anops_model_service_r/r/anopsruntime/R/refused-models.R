# What can't predict is refused in words that help.

#' Refuse what can't be a fitted model, before packages are looked for
#' @noRd
refuse_no_model <- function(model, artifact) {
  if (is_fitted(model)) {
    return(invisible())
  }
  what <- if (is.null(model)) {
    "NULL"
  } else if (is.list(model) && any(vapply(model, is_fitted, TRUE))) {
    paste("a list of", length(model))
  } else {
    paste("an object of class", paste0("`", class(model)[1], "`"))
  }
  abort(
    "MODEL_LOAD", "Can't predict with ", artifact_name(artifact), ": it holds ",
    what, ", not a fitted model.",
    remedy = if (is.function(model)) {
      asked_by_itself("model(newdata)")
    } else {
      paste(
        "Save the fitted model alone: saveRDS(model, \"model.rds\"); or write",
        "a function `predict_model(model, newdata, ...)` in model.R."
      )
    }
  )
}

#' Say how an object is asked that predicts without predict()
#' @noRd
asked_by_itself <- function(call) {
  paste0(
    "Put a model.R beside it that calls it: predict_model <- function(model, ",
    "newdata, ...) ", call, "; and give rows with --data FILE.csv"
  )
}

#' Refuse a model for which no predict() is there
#'
#' @param class Its class.
#' @param known Packages that would have one and are not installed.
#' @param artifact Its file, for messages.
#' @param model The model, to see what else would help.
#' @noRd
refuse_class <- function(class, known, artifact, model = NULL) {
  file <- artifact_name(artifact)
  parts <- predicting_parts(model)
  if (length(known)) {
    abort(
      "MODEL_LOAD", "Can't predict with ", file, ", a model of class `", class,
      "`: the R package `", known[1], "` is not installed.",
      remedy = install_remedy(known[1])
    )
  }
  classes <- if (is.null(model)) class else model_classes(model)
  makers <- makers_of(classes)
  abort(
    "MODEL_LOAD", "Can't predict with ", file, ", an object of class `", class,
    "`: ",
    if (length(makers)) {
      paste0("`", makers[1], "`, which makes such models, has no")
    } else {
      "no installed package has a"
    },
    " `predict` method for it.",
    remedy = if (has_own_predict(model)) {
      asked_by_itself("model$predict(newdata)")
    } else if (!is.null(parts)) {
      paste0(
        "Save the part of it that predicts, ", parts, "; or write a function ",
        "`predict_model(model, newdata, ...)` in model.R."
      )
    } else if (length(makers)) {
      other_way(classes, model) %||% own_way(file)
    } else {
      paste(
        "Install the package that fitted the model, or write a function",
        "`predict_model(model, newdata, ...)` in model.R."
      )
    }
  )
}

#' Whether an object of R6 or a reference class has a method predict()
#' @noRd
has_own_predict <- function(model) {
  is.environment(model) &&
    exists("predict", envir = model, mode = "function", inherits = FALSE)
}

#' Name the parts of a model that predict where it does not, as those of gamm()
#' @noRd
predicting_parts <- function(model) {
  if (isS4(model) && !is.environment(model)) {
    held <- attributes(model) # its class need not be defined here
    held <- held[names(held) != "class"]
  } else if (is.list(model) && !is.data.frame(model)) {
    held <- unclass(model)
  } else {
    return(NULL)
  }
  parts <- Filter(has_predict, held)
  kinds <- vapply(parts, function(part) class(part)[1], "")
  # the strata of an aov() are no models of their own
  if (length(parts) && all(nzchar(names(parts))) && !anyDuplicated(kinds)) {
    of <- if (isS4(model)) "model@" else "model$"
    paste0(of, vapply(names(parts), code_name, ""), collapse = " or ")
  }
}

has_predict <- function(object) {
  is_fitted(object) && !inherits(object, c("formula", "terms", "factor")) &&
    any(vapply(model_classes(object), function(class) {
      !is.null(method_home(class)) || length(registering("predict", class)) > 0
    }, logical(1)))
}

install_remedy <- function(package) {
  if (package == "anops") {
    return("Install the client of AnOps: ao client r --install")
  }
  if (package %in% not_on_cran) {
    return(paste0(
      "Install it as the pages of `", package, "` say: CRAN does not have it."
    ))
  }
  paste0(
    "Install it in R: install.packages(\"", package, "\")",
    if (in_debian(package)) {
      paste0("; or here: apt-get install ", debian_name(package))
    }
  )
}

#' Packages with models that come from their makers only
#' @noRd
not_on_cran <- c("catboost", "cmdstanr", "INLA")

debian_name <- function(package) {
  paste0("r-cran-", tolower(package))
}

#' Whether apt-get would find a package on this computer
#' @noRd
in_debian <- function(package) {
  if (!nzchar(Sys.which("apt-cache"))) {
    return(FALSE)
  }
  shown <- quietly(system2(
    "apt-cache", c("policy", debian_name(package)), stdout = TRUE,
    stderr = FALSE, env = "LC_ALL=C"
  ))
  # a package that others only suggest is known, and has no candidate
  any(grepl("^ *Candidate: *[^ (]", shown))
}
