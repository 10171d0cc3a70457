#' Predict with a model that is served
#'
#' Begin with [predict_remote()].
#'
#' @keywords internal
"_PACKAGE"
