# Models need packages that a fresh R has not loaded: find and load them.

#' Packages of common model classes, where several might register a method or
#' none is installed that could be asked
#' @noRd
class_packages <- c(
  gam = "mgcv", bam = "mgcv", gamm = "mgcv", randomForest = "randomForest",
  randomForest.formula = "randomForest", ranger = "ranger",
  xgb.Booster = "xgboost", lgb.Booster = "lightgbm", glmnet = "glmnet",
  cv.glmnet = "glmnet", rpart = "rpart", coxph = "survival",
  survreg = "survival", lme = "nlme", gls = "nlme", nlme = "nlme",
  lmerMod = "lme4", glmerMod = "lme4", merMod = "lme4", polr = "MASS",
  lda = "MASS", qda = "MASS", rlm = "MASS",
  multinom = "nnet", nnet = "nnet", nnet.formula = "nnet", svm = "e1071",
  naiveBayes = "e1071", ksvm = "kernlab", gbm = "gbm", train = "caret",
  workflow = "workflows", model_fit = "parsnip", betareg = "betareg",
  zeroinfl = "pscl", hurdle = "pscl", earth = "earth", clm = "ordinal",
  quantreg = "quantreg", rq = "quantreg", glmmTMB = "glmmTMB",
  ctree = "partykit", party = "partykit", C5.0 = "C50", cubist = "Cubist"
)

#' Load what a model needs to predict
#'
#' @param model The fitted model.
#' @param own The project's `predict_model`, or `NULL`.
#' @param artifact Its file, for messages.
#' @return Names of the packages that do not come with R's base.
#' @noRd
attach_needs <- function(model, own = NULL, artifact = NULL) {
  uses_predict <- is.null(own) || "predict" %in% all.names(body(own))
  # a list of models is what the project's predict_model makes of it
  models <- if (is_fitted(model)) {
    list(model)
  } else if (is.list(model)) {
    Filter(is_fitted, model)
  }
  load <- if (is.null(own)) load_method else load_methods_inside
  needed <- unlist(lapply(models, function(model) {
    homes <- if (uses_predict) c(load(model, artifact), load_further(model))
    c(homes, attach_functions(model, homes = homes))
  }))
  setdiff(unique(needed), base_packages())
}

is_fitted <- function(model) {
  is.object(model) && !is.data.frame(model)
}

#' Load the package that registers predict() for the classes of a model
#' @noRd
load_method <- function(model, artifact) {
  if (!is.null(series_family(model))) {
    return(load_series(model, artifact))
  }
  find_method(model, artifact) %||%
    refuse_class(model_classes(model)[1], NULL, artifact, model)
}

#' Load what the project's predict_model may call predict() for
#'
#' It may be the object, or parts of one that has no method of its own.
#' @noRd
load_methods_inside <- function(model, artifact) {
  home <- find_method(model, artifact)
  if (!is.null(home) || !is.list(model)) {
    return(home)
  }
  parts <- Filter(is_fitted, unclass(model))
  unlist(lapply(parts, find_method, artifact), use.names = FALSE)
}

#' Load the package that has a predict() for a model; `NULL` where none has
#' @noRd
find_method <- function(model, artifact) {
  classes <- model_classes(model)
  if (isS4(model)) {
    home <- attach_class(model)
    # a package may make models that nothing predicts with, as stats4 does
    if (!is.null(home) && length(predict_methods(model))) {
      return(home)
    }
  }
  company <- NULL
  # `svm.formula` has no method of its own, `svm` behind it has
  for (class in classes) {
    known <- unname(stats::na.omit(class_packages[class]))
    home <- class_home(class)
    if (!is.null(home)) {
      return(unique(c(home, company, load_parents(classes, class))))
    }
    lost <- Filter(function(package) !is_installed(package), known)
    if (length(lost)) {
      refuse_class(classes[1], lost, artifact)
    }
    company <- c(company, load_summary(class))
  }
  NULL
}

#' Load what a family says that it needs beside
#' @noRd
load_further <- function(model) {
  packages <- model_packages(model)
  for (package in packages) {
    run_user_code(loadNamespace(package), "MODEL_LOAD", "Can't load the model")
  }
  if (length(packages)) packages
}

#' Find the package of a class's predict(), and load it
#' @noRd
class_home <- function(class) {
  method_home(class) %||% load_first(
    c(stats::na.omit(class_packages[class]), registering("predict", class)),
    class
  )
}

#' Load what NextMethod() would look for: `predict.glmmPQL()` of MASS goes on
#' to that of lme, in nlme
#' @noRd
load_parents <- function(classes, class) {
  unlist(lapply(classes[-seq_len(match(class, classes))], class_home))
}

#' Load the package of a class whose predict() is that of its parent
#'
#' `predict.glm()` asks summary() for the dispersion, and only MASS knows that
#' of a model of `glm.nb()`.
#' @noRd
load_summary <- function(class) {
  found <- Filter(
    function(package) requireNamespace(package, quietly = TRUE),
    if (is.null(method_home(class, "summary"))) registering("summary", class)
  )
  union(found, method_home(class, "summary"))
}

#' Load the first of some packages that has a predict() for a class
#' @noRd
load_first <- function(packages, class) {
  for (package in packages) {
    if (requireNamespace(package, quietly = TRUE) &&
          !is.null(method_home(class))) {
      return(package)
    }
  }
  NULL
}

is_installed <- function(package) {
  nzchar(system.file(package = package))
}

#' Attach the package of an S4 class: its predict() is found no other way
#' @noRd
attach_class <- function(model) {
  package <- attr(class(model), "package")
  if (is.null(package) || package == ".GlobalEnv") {
    return(NULL)
  }
  if (!requireNamespace(package, quietly = TRUE)) {
    refuse_class(class(model)[1], package, NULL)
  }
  attach_package(package)
  package
}

attach_package <- function(package) {
  # some greet by cat()
  utils::capture.output(suppressPackageStartupMessages(
    library(package, character.only = TRUE, warn.conflicts = FALSE)
  ))
}

#' Name the classes of a model that tell what it is
#'
#' Any list has the class "list", for which caret has a predict().
#' @noRd
model_classes <- function(model) {
  setdiff(if (isS4(model)) methods::is(model) else class(model), "list")
}

#' Find the package of a loaded method
#' @noRd
method_home <- function(class, generic = "predict") {
  method <- utils::getS3method(
    generic, class, optional = TRUE, envir = globalenv()
  )
  if (is.null(method) && methods::existsMethod(generic, class)) {
    method <- methods::getMethod(generic, class)
  }
  if (is.null(method)) {
    return(NULL)
  }
  home <- topenv(environment(method))
  if (isNamespace(home)) unname(getNamespaceName(home)) else "base"
}

#' Find installed packages that register a method, without loading them
#' @noRd
registering <- function(generic, class) {
  in_namespaces(function(info) {
    methods <- info$S3methods
    any(methods[, 1] == generic & methods[, 2] == class)
  })
}

in_namespaces <- function(has) {
  files <- Sys.glob(file.path(.libPaths(), "*", "Meta", "nsInfo.rds"))
  found <- vapply(files, function(file) {
    isTRUE(tryCatch(has(readRDS(file)), error = function(e) FALSE))
  }, logical(1))
  unique(basename(dirname(dirname(files[found]))))
}

model_terms <- function(model) {
  if (is.null(model) || is.function(model)) {
    return(NULL)
  }
  tryCatch(
    {
      terms <- slot_terms(model) %||% stats::terms(model)
      # those of rqss() are terms by name alone
      stats::delete.response(terms)
      terms
    },
    error = function(e) NULL, warning = function(w) NULL
  )
}

slot_terms <- function(model) {
  if (isS4(model) && methods::.hasSlot(model, "terms") &&
        inherits(model@terms, "terms")) {
    model@terms
  }
}

base_packages <- function() {
  # without its cache, a file that a full disk would leave half written
  state$base_packages <- state$base_packages %||% rownames(
    utils::installed.packages(.Library, priority = "base", noCache = TRUE)
  )
  state$base_packages
}

#' Load the Imports of the project's DESCRIPTION, attach its Depends
#' @noRd
load_imports <- function(folder) {
  file <- file.path(folder, "DESCRIPTION")
  if (!file.exists(file)) {
    return(character())
  }
  fields <- run_user_code(
    read.dcf(file, fields = c("Depends", "Imports")),
    "MODEL_LOAD", "Can't read the project's DESCRIPTION"
  )
  named <- lapply(fields[1, ], function(field) {
    names <- sub("\\s*\\(.*", "", strsplit(field, ",")[[1]])
    setdiff(trimws(names[!is.na(names)]), c("R", ""))
  })
  wanted <- unlist(named)
  lost <- Filter(function(package) !is_installed(package), wanted)
  if (length(lost)) {
    abort(
      "MODEL_LOAD", "Can't load the model: DESCRIPTION names ",
      paste0("`", lost, "`", collapse = ", "), ", not installed here.",
      remedy = install_remedy(lost[1])
    )
  }
  run_user_code({
    for (package in named$Imports) loadNamespace(package)
    for (package in named$Depends) attach_package(package)
  }, "MODEL_LOAD", "Can't load a package of DESCRIPTION")
  unname(wanted)
}

#' Versions of R and of packages, as text
#' @noRd
versions <- function(packages = character()) {
  found <- vapply(packages, function(package) {
    utils::packageDescription(package, fields = "Version")
  }, "")
  c(r = paste(R.version$major, R.version$minor, sep = "."), found)
}
