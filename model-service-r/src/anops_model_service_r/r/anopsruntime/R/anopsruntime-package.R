#' Load, describe and predict with a fitted model
#'
#' The R half of the AnOps model-service. Python calls the functions of
#' `calls.R`; a package that brings a model class of its own may register
#' methods for [model_inputs()], [model_data()], [model_options()],
#' [model_notes()] and [model_summary()].
#'
#' @keywords internal
"_PACKAGE"
