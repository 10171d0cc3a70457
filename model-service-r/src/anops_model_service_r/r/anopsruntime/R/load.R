# A model project becomes a loaded model: an object and a way to predict.

#' Load the model of a project
#'
#' @param artifact The file that holds the fitted model, or `NULL`.
#' @param code The statistician's file, or `NULL`.
#' @param name The model's name, for messages; `""` where it has none.
#' @param folder The project's folder, which becomes the working directory.
#' @param object Which of several objects in the artifact is the model, or
#'   `NULL`.
#' @return A list: `model`, `predict` (a function), `what` (its name in
#'   messages), `packages` (names), `code` (the environment of model.R) and,
#'   where the artifact holds several objects, `object`, the name of the model
#'   among them, and `reader`, code that reads it.
#' @noRd
load_project <- function(artifact, code, name = "", folder = NULL,
                         object = NULL) {
  imports <- if (!is.null(folder)) {
    setwd(folder)
    load_imports(folder)
  }
  what <- if (nzchar(name)) paste0("Model `", name, "`") else "The model"
  speak_english()
  own <- source_code(code)
  check_own_predict(own, code)
  read <- if (is.function(own$load_model)) {
    list(model = load_with(own$load_model, artifact))
  } else if (!is.null(artifact)) {
    read_artifact(artifact, object, alone = !is.function(own$predict_model))
  }
  model <- read$model
  if (!is.function(own$predict_model)) model <- as_panel(forecasts_model(model))
  if (is.null(model) && is.null(artifact) &&
        !is.function(own$predict_model)) {
    abort(
      "MODEL_LOAD", "Can't load a model: there is neither a fitted model ",
      "nor a function `predict_model`.",
      remedy = "Name the file of the fitted model as `artifact` in ao.toml."
    )
  }
  if (!is.function(own$predict_model)) {
    refuse_no_model(model, artifact)
    refuse_series(model, artifact)
    if (is_panel(model)) check_panel(model, artifact)
  }
  lend_functions(model, own)
  speak_as_fitted(model, artifact)
  packages <- union(
    attach_needs(model, own$predict_model, artifact),
    setdiff(imports, base_packages())
  )
  restore_contrasts(model)
  list(
    model = model, what = what, code = own, reader = read$reader,
    object = read$object, prototype = read$prototype,
    predict = own$predict_model %||% default_predict,
    in_pairs = asks_in_pairs(model), matrices = matrices_of(model),
    packages = packages,
    stated_levels = if (is_fitted(model)) quietly(stated_levels(model)),
    missing_levels = quietly(missing_levels(model))
  )
}

`%||%` <- function(x, y) if (is.null(x)) y else x

load_with <- function(load_model, artifact) {
  takes_path <- length(formals(load_model)) > 0
  run_user_code(
    if (takes_path) load_model(artifact) else load_model(),
    "MODEL_LOAD", "`load_model` in the project's code failed",
    explain = function(e) if (!is.null(artifact)) explain_artifact(artifact)
  )
}

#' Find the reason in the file where a `load_model` failed
#' @noRd
explain_artifact <- function(path) {
  check_artifact(path)
  if (is_workspace(path)) {
    abort(
      "MODEL_LOAD", "`load_model` in the project's code can't read `",
      basename(path), "`: it was written by save(), not by saveRDS().",
      remedy = paste(
        "Take `load_model` out of model.R: AnOps reads such a file itself."
      )
    )
  }
}

is_workspace <- function(path) {
  substr(artifact_start(path), 1, 3) %in% c("RDX", "RDA")
}

#' Read the model of a file
#'
#' @param alone Whether there is no `predict_model`, which could do with a list.
#' @return A list of `model` and `reader`.
#' @noRd
read_artifact <- function(path, object = NULL, alone = TRUE) {
  check_artifact(path)
  what <- paste0("Can't load `", basename(path), "`")
  if (is_workspace(path)) {
    return(run_user_code(read_workspace(path, object), "MODEL_LOAD", what))
  }
  value <- run_user_code(
    readRDS(path), "MODEL_LOAD", what,
    remedy = "Save the fitted model again with saveRDS()."
  )
  if (!alone && is.null(object)) {
    return(list(model = value))
  }
  found <- chosen_element(value, object, basename(path))
  reader <- if (!is.null(found$object)) {
    paste0("readRDS(path)", found$step)
  }
  list(
    model = found$model, reader = reader, object = found$object,
    prototype = kept_prototype(value, found$object)
  )
}

#' Take the data frame without rows that vetiver pins beside a model
#' @noRd
kept_prototype <- function(value, object) {
  if (identical(object, "model") && is.data.frame(value$ptype)) value$ptype
}

#' Read what save() or save.image() wrote, apart from this session
#' @noRd
read_workspace <- function(path, object = NULL) {
  found <- new.env(parent = globalenv())
  names <- load(path, envir = found)
  if (length(names) == 0) {
    abort(
      "MODEL_LOAD", "`", basename(path), "` holds no object.",
      remedy = "Save the fitted model: saveRDS(model, \"model.rds\")."
    )
  }
  objects <- as.list(found, all.names = TRUE)[names]
  if (length(names) == 1 && is.null(object) && !holds_several(objects[[1]])) {
    return(list(model = objects[[1]]))
  }
  elements <- models_within(objects)
  name <- choose_object(elements$objects, object, basename(path))
  list(model = elements$objects[[name]], object = name, reader = paste(
    c(
      "# of all objects in the file, this is the model",
      "workspace <- new.env()",
      "load(path, envir = workspace)",
      paste0("workspace", elements$steps[[name]])
    ),
    collapse = "\n  "
  ))
}

#' Refuse a file that can't be an R object, before R says it in its own way
#' @noRd
check_artifact <- function(path) {
  name <- basename(path)
  if (!file.exists(path)) {
    abort(
      "MODEL_LOAD", "Can't find the fitted model `", name, "` at ", path, "."
    )
  }
  if (dir.exists(path)) {
    abort(
      "MODEL_LOAD", "`", name, "` is a folder, not a file.",
      remedy = "Name the file inside it as `artifact` in ao.toml."
    )
  }
  start <- artifact_start(path)
  if (grepl("^(X|A|B|RD[XAB][0-9])\n", start)) {
    return(invisible())
  }
  target <- paste0(sub("[.][^.]*$", "", name), ".rds")
  remedy <- if (startsWith(start, "version https://git-lfs")) {
    "Fetch it from Git LFS: git lfs pull"
  } else {
    paste0("Save the fitted model with saveRDS(model, \"", target, "\").")
  }
  abort(
    "MODEL_LOAD", "`", name, "` is not an R object file: it ",
    if (nchar(start, "bytes") >= 2) {
      paste0("starts with ", shown(start))
    } else if (file.size(path) > 0) {
      "is damaged, or ends too early"
    } else {
      "is empty"
    },
    ".",
    remedy = remedy
  )
}

artifact_name <- function(artifact) {
  if (is.null(artifact)) "the model" else paste0("`", basename(artifact), "`")
}

artifact_start <- function(path, size = 24L) {
  connection <- gzfile(path, "rb")
  on.exit(close(connection))
  bytes <- tryCatch(
    suppressWarnings(readBin(connection, "raw", size)),
    error = function(e) raw()
  )
  rawToChar(as.raw(ifelse(bytes == 0, 1, as.integer(bytes))))
}

shown <- function(start) {
  printable <- sub("[^ -~\t\r\n].*", "", start, useBytes = TRUE)
  if (nchar(printable) > 1) {
    shortened <- if (nchar(start, "bytes") > nchar(printable)) "..." else ""
    text <- encodeString(substr(printable, 1, 20))
    return(paste0("\"", text, shortened, "\""))
  }
  bytes <- charToRaw(start)
  paste("bytes", paste(bytes[seq_len(min(6, length(bytes)))], collapse = " "))
}
