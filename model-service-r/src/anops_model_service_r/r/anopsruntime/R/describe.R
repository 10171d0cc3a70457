# A fitted model becomes the contract that `ao init` writes down.

#' Describe a model that has no ao.toml yet
#'
#' @param artifact,code Its files, or `NULL`.
#' @param data A CSV file with example rows, or `NULL`.
#' @param target The column of the example rows that is predicted, or `NULL`.
#' @param object Which of several objects in the artifact is the model, or
#'   `NULL`.
#' @return A list of plain lists and vectors.
#' @noRd
describe_source <- function(artifact, code, data, target, object = NULL) {
  tryCatch(
    described_source(artifact, code, data, target, object),
    error = function(e) {
      if (inherits(e, "anops_error")) stop(e)
      refuse_broken(e, artifact %||% code)
    }
  )
}

#' Refuse an object that has not what its class promises
#' @noRd
refuse_broken <- function(e, file) {
  abort(
    "MODEL_LOAD", "Can't look at ", artifact_name(file), ": the object in it ",
    "is not as its class makes such models: ",
    sentence(conditionMessage(e)),
    remedy = paste(
      "Save the model again as it was fitted, with nothing taken out; or write",
      "a function `predict_model(model, newdata, ...)` in model.R, and give",
      "some rows with --data FILE.csv."
    ),
    call = call_text(conditionCall(e))
  )
}

described_source <- function(artifact, code, data, target, object) {
  loaded <- load_project(artifact, code, object = object)
  state$described <- loaded
  model <- loaded$model
  if (is.null(loaded$code$predict_model) && !is.null(series_family(model))) {
    return(described_series(loaded, artifact, code))
  }
  described_columns(loaded, artifact, code, data, target)
}

described_columns <- function(loaded, artifact, code, data, target) {
  model <- loaded$model
  given <- read_example(data)
  doing("finding its columns")
  own <- model_data(model)
  inputs <- known_inputs(model, own) %||%
    prototype_inputs(loaded$prototype, own)
  inputs <- without_missing_levels(inputs)
  inputs <- inputs_of_matrices(inputs, loaded$matrices)
  own <- without_matrices(own, loaded$matrices)
  notes <- c(
    chosen_note(loaded$object, artifact), model_notes(model),
    matrix_notes(model, loaded$matrices), language_note(model)
  )
  given <- named_like(given, names(inputs))
  example <- typed_example(given, inputs)
  notes <- c(
    notes, made_names_note(given), missing_texts_note(given, example, inputs)
  )
  if (is.null(inputs)) {
    inputs <- inputs_by_example(model, example, target, artifact)
    if (is.null(target)) {
      notes <- c(notes, paste0(
        "Every column of the example rows became an input: name the one ",
        "that is predicted with --target."
      ))
    }
  }
  inputs <- learn_codes(inputs, example, attr(given, "file"))
  notes <- c(notes, learned_levels_note(inputs))
  inputs <- learn_guessed(inputs, example)
  loaded$open <- names(Filter(is_open, inputs))
  state$described <- loaded
  so_far(c(
    named(loaded, code),
    list(
      inputs = inputs, notes = as.list(notes),
      unsure = as.character(names(Filter(is_unsure, inputs)))
    )
  ))
  doing("finding the types of its columns")
  options <- source_options(loaded)
  guessed <- inputs
  inputs <- reproducing_types(model, own, inputs)
  inputs <- tried_types(loaded, inputs, option_defaults(options))
  unsure <- as.character(names(Filter(is_unsure, inputs)))
  notes <- c(
    notes, guessed_note(inputs), open_note(inputs),
    contrasts_note(model, inputs),
    numbered_note(model, own), units_note(model),
    zone_note(inputs, own),
    date_note(guessed, inputs), lost_note(model),
    whole_column_notes(model, inputs, own)
  )
  offset <- offset_note(loaded, inputs, option_defaults(options))
  check_example(given, example, inputs, target)
  from <- example
  rows <- reference_rows(list(from), inputs)
  if (is.null(rows)) {
    notes <- c(notes, if (!is.null(given)) unusable_note(given))
    doing("finding rows that it was fitted on")
    from <- with_stand_ins(model, own, inputs)
    rows <- reference_rows(list(from), inputs)
    if (!is.null(rows)) notes <- c(notes, stand_in_note(own, from))
  }
  doing("trying whether whole numbers must be integers")
  before <- inputs
  inputs <- with_whole_numbers(
    loaded, inputs, own, from, option_defaults(options)
  )
  integers <- fitted_integers(model, inputs, own, names(example))
  inputs <- with_fitted_integers(inputs, integers)
  untold <- names(integers)[is.na(integers)]
  notes <- c(
    notes, whole_numbers_note(before, inputs), unknown_integers_note(untold)
  )
  if (!is.null(rows)) rows <- cast_rows(rows, inputs)
  doing("trying its options")
  tried <- setdiff(names(options), names(own_options(loaded)))
  options <- c(
    working_options(loaded, rows %||% harmless_row(inputs), options[tried]),
    options[setdiff(names(options), tried)]
  )
  defaults <- option_defaults(options)
  answer <- answer_rows(loaded, rows, inputs, defaults)
  doing("trying missing values")
  inputs <- missing_policies(loaded, rows, inputs, defaults)
  notes <- c(notes, answer$note, if (is.null(rows)) no_rows_note)
  if (is_fitted(model)) {
    inputs <- with_seen(inputs, model_seen(model, own))
  }
  changing <- if (is.null(loaded$code$predict_model)) time_transform_note(model)
  differs <- own_fit(loaded, own, inputs, options, changing %||% offset)
  differs <- differs %||% changing
  # told once: with a row that shows it, where the object keeps some
  if (is.null(differs)) notes <- c(notes, offset)
  c(named(loaded, code), list(
    inputs = inputs, options = options,
    outputs = answer$outputs,
    rows = if (!is.null(rows)) as_wire(rows),
    predictions = if (!is.null(answer$answer)) as_wire(answer$answer),
    unsure = unsure,
    notes = as.list(notes),
    kind_untold = as.character(untold),
    own_fit = differs,
    code = if (is.null(loaded$code$predict_model)) {
      contrasts_code(model_code(model, inputs))
    }
  ))
}

named <- function(loaded, code) {
  model <- loaded$model
  list(
    model_class = if (is.null(model)) "predict_model" else class(model)[1],
    summary = if (is.null(model)) {
      paste("predict_model() of", basename(code))
    } else {
      model_summary(model)
    },
    fitted_on = fitted_on(model),
    packages = as.list(versions(loaded$packages)[-1]),
    reader = loaded$reader
  )
}

known_inputs <- function(model, own) {
  if (is.null(model) || is.function(model)) NULL else model_inputs(model, own)
}

#' Take the level of the missing values out, as addNA() makes one: a request has
#' such a value, and not the name of a level
#' @noRd
without_missing_levels <- function(inputs) {
  for (name in names(inputs)) {
    levels <- inputs[[name]]$levels
    if (anyNA(levels)) inputs[[name]]$levels <- levels[!is.na(levels)]
  }
  inputs
}

is_unsure <- function(spec) is_guessed(spec) || is_open(spec)

is_guessed <- function(spec) isTRUE(attr(spec, "guessed"))

#' Take from example rows what a model only lets guess
#' @noRd
learn_guessed <- function(inputs, example) {
  for (name in intersect(names(Filter(is_guessed, inputs)), names(example))) {
    inputs[[name]] <- example_spec(example[[name]], name)
  }
  for (name in intersect(names(Filter(is_open, inputs)), names(example))) {
    levels <- completed_levels(open_design(inputs[[name]]), example[[name]])
    if (length(levels)) {
      ordered <- isTRUE(inputs[[name]]$ordered)
      inputs[[name]] <- list(
        type = "category", levels = levels, ordered = ordered
      )
    }
  }
  inputs
}

inputs_by_example <- function(model, example, target, artifact) {
  if (is.null(example)) {
    abort(
      "MODEL_LOAD", "Can't tell which columns ", artifact_name(artifact),
      if (!is.null(model)) paste0(" (class `", class(model)[1], "`)"),
      " needs: it does not say.",
      remedy = paste(
        "Give a CSV file with some rows as the model needs them:",
        "--data FILE.csv, and --target COLUMN for the one it predicts."
      )
    )
  }
  example_inputs(example, target)
}

reference_rows <- function(sources, inputs) {
  for (data in sources) {
    if (!is.null(data) && all(names(inputs) %in% names(data))) {
      rows <- cast_rows(data, inputs)
      chosen <- choose_rows(rows)
      if (length(chosen)) {
        return(take_rows(rows, chosen))
      }
    }
  }
  NULL
}

#' Predict the reference rows, or a trial row where there are none, and look
#' @noRd
answer_rows <- function(loaded, rows, inputs, options) {
  answer <- tryCatch(
    if (is.null(rows)) {
      nothing <- cast_rows(as_frame(list(), NULL, 0L), inputs)
      # what keeps it from predicting is worth more than nothing
      predict_none(loaded, nothing, options) %||%
        suppressWarnings(predict_rows(loaded, harmless_row(inputs), options))
    } else {
      predict_rows(loaded, rows, options)
    },
    anops_error = function(e) e
  )
  failed <- inherits(answer, "anops_error")
  known <- is.data.frame(answer)
  list(
    answer = if (known && !is.null(rows)) answer,
    outputs = if (known) {
      model_outputs(loaded$model, answer)
    } else {
      list(prediction = list(type = "number"))
    },
    note = if (failed) {
      paste0(
        "It can't predict ", if (is.null(rows)) "a trial row" else
          "its reference rows", " yet: ", conditionMessage(answer),
        if (!is.null(answer$where)) paste0(" It failed in: ", answer$where)
      )
    }
  )
}

output_spec <- function(column) {
  type <- wire_column(column)$type
  if (type == "category") {
    return(list(
      type = type, levels = levels(column), ordered = is.ordered(column)
    ))
  }
  list(type = if (type == "integer") "number" else type)
}
