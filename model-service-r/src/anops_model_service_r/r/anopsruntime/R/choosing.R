# Which of several objects in a file is the model.

#' Find the model in a file that holds several objects
#'
#' @param objects A named list: what `save()` or `save.image()` wrote, or a list
#'   that was saved by itself.
#' @param object The name that a person chose, or `NULL`.
#' @param file The file's name, for messages.
#' @return The name of the only one that predicts, or of the chosen one.
#' @noRd
choose_object <- function(objects, object, file) {
  if (!is.null(object)) {
    if (!object %in% names(objects)) {
      abort(
        "MODEL_LOAD", "There is no object `", object, "` in `", file,
        "`: it holds ", listed(names(objects)), "."
      )
    }
    return(object)
  }
  models <- names(Filter(is_model, objects))
  if (length(models) == 1) {
    return(models)
  }
  if (length(models)) {
    choosable(models, described_objects(objects[models]))
    abort(
      "MODEL_LOAD", "`", file, "` holds ", length(models), " models: ",
      paste(described_objects(objects[models]), collapse = ", "), ".",
      remedy = paste(
        c("Name the one to serve: --object", code_text(models[1])),
        collapse = " "
      )
    )
  }
  abort(
    "MODEL_LOAD", "`", file, "` holds ",
    if (length(objects) == 1) "one object" else
      paste(length(objects), "objects"), ", and no fitted model: ",
    paste(described_objects(objects), collapse = ", "), ".",
    remedy = paste(
      "Save the fitted model: saveRDS(model, \"model.rds\"), with the name of",
      "yours for `model`."
    )
  )
}

#' Tell Python what a person may choose from; it puts its own function here
#' @noRd
choosable <- function(names, described) {
  invisible()
}

code_text <- function(name) {
  if (grepl("^[A-Za-z0-9._-]+$", name)) name else shQuote(name)
}

described_objects <- function(objects, most = 8L) {
  shown <- utils::head(objects, most)
  texts <- paste0(
    "`", names(shown), "` (",
    vapply(shown, function(object) class(object)[1], ""), ")"
  )
  more <- length(objects) - most
  if (more > 0) c(texts, paste(more, "more")) else texts
}

#' Whether an object is a fitted model, as far as can be told here
#'
#' A basis of ns() or poly() has a predict() and is a matrix; what prepares the
#' rows for a model is none.
#' @noRd
is_model <- function(object) {
  isTRUE(quietly(
    !is.atomic(object) && !is.function(object) && !is_preparing(object) &&
      (has_predict(object) || is_fitted(object) &&
         any(model_classes(object) %in% names(class_packages)))
  ))
}

is_preparing <- function(object) {
  inherits(object, c("preProcess", "recipe", "dummyVars", "trainControl"))
}

#' Take the model out of a list or environment that holds other things too
#'
#' @return A list of `model` and, where it was taken out, of `object`, its name.
#' @noRd
chosen_element <- function(value, object, file) {
  if (is.null(object) && is_panel(as_panel(value))) {
    return(list(model = value))
  }
  if (!holds_several(value)) {
    refuse_object(object, file)
    return(list(model = value))
  }
  found <- models_within(value)
  objects <- found$objects
  if (is.null(object) && any(vapply(objects, is_preparing, TRUE))) {
    refuse_prepared(objects, found$steps, file)
  }
  # what holds no model at all is refused in other words
  if (is.null(object) && !any(vapply(objects, is_model, TRUE))) {
    return(list(model = value))
  }
  name <- choose_object(objects, object, file)
  list(model = objects[[name]], object = name, step = found$steps[[name]])
}

#' Look into a list or an environment for models, and into those in it
#'
#' @param depth How many lists in each other are looked into.
#' @return A list of `objects`, named, and `steps`, the code from the value to
#'   each: of the first level that holds a model, or of the outermost.
#' @noRd
models_within <- function(value, depth = 3L) {
  elements <- if (is.environment(value)) {
    mget(sort(ls(value)), envir = value)
  } else {
    unclass(value)
  }
  objects <- with_names(elements)
  steps <- vapply(
    names(objects), step_to, "",
    titles = names(elements), names = names(objects)
  )
  of_use <- function(object) is_model(object) || is_preparing(object)
  if (depth > 1L && !any(vapply(objects, of_use, TRUE))) {
    held <- names(Filter(holds_several, objects))
    inner <- lapply(objects[held], models_within, depth = depth - 1L)
    inner <- Filter(
      function(found) any(vapply(found$objects, of_use, TRUE)), inner
    )
    if (length(inner)) {
      return(joined_within(inner, steps))
    }
  }
  list(objects = objects, steps = steps)
}

joined_within <- function(inner, steps) {
  names <- unlist(lapply(names(inner), function(name) {
    paste0(name, "$", names(inner[[name]]$objects))
  }))
  below <- unlist(lapply(names(inner), function(name) {
    paste0(steps[[name]], inner[[name]]$steps)
  }))
  objects <- unlist(
    lapply(unname(inner), `[[`, "objects"), recursive = FALSE
  )
  list(
    objects = stats::setNames(objects, names),
    steps = stats::setNames(below, names)
  )
}

#' Refuse the name of an object of a file that holds one alone
#' @noRd
refuse_object <- function(object, file) {
  if (!is.null(object)) {
    abort(
      "MODEL_LOAD", "`", file, "` holds one object, so none can be chosen by",
      " its name.", remedy = "Leave --object out."
    )
  }
}

#' Give the elements of a list names that tell them apart: theirs, or numbers
#' @noRd
with_names <- function(objects) {
  if (!tell_apart(names(objects))) names(objects) <- seq_along(objects)
  objects
}

holds_several <- function(value) {
  is_plain <- is.list(value) && !is_fitted(value) && !is.data.frame(value)
  (is_plain || identical(class(value), "environment")) && length(value) > 0
}

#' Whether names tell the elements of a list apart
#' @noRd
tell_apart <- function(titles) {
  !is.null(titles) && !anyDuplicated(titles) && !any(titles %in% c("", NA))
}

#' Say how the rows get from what prepares them to the model
#' @noRd
refuse_prepared <- function(objects, steps, file) {
  step <- names(Filter(is_preparing, objects))[1]
  model <- names(Filter(is_model, objects))[1]
  part <- function(name) paste0("model", steps[[name]])
  call <- if (inherits(objects[[step]], "recipe")) {
    paste0("recipes::bake(", part(step), ", newdata)")
  } else {
    paste0("predict(", part(step), ", newdata)")
  }
  abort(
    "MODEL_LOAD", "`", file, "` holds a list, in which `", step, "` (",
    class(objects[[step]])[1], ") prepares the rows",
    if (!is.na(model)) paste0(" for `", model, "`"), ".",
    remedy = paste0(
      "Write into a file model.R beside it: predict_model <- function(model, ",
      "newdata, ...) predict(",
      if (is.na(model)) "model$model" else part(model),
      ", ", call, ", ...); and give some rows with --data FILE.csv."
    )
  )
}

#' Write the step from a list to one of its elements
#' @noRd
step_to <- function(name, titles, names) {
  if (identical(titles, names)) {
    paste0("$", code_name(name))
  } else {
    paste0("[[", match(name, names), "]]")
  }
}
