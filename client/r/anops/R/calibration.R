# Calibrations that `ao sim calibrate` makes: parameters by what was observed.

#' Find the parameters that fit what was observed
#'
#' `sim_calibrate()` makes the calibration `[calibrations.NAME]` of `ao.toml`,
#' or goes on with it, in R processes of this computer or on a Dask cluster:
#' parameters are proposed, simulated and compared with the data, and the
#' neighbourhood of the best is looked at more closely, from which the intervals
#' come. The program `ao` does the work, with its extra `experiments`.
#'
#' @param name The calibration.
#' @param trials How many proposals are made in the whole range; by default as
#'   `ao.toml` says.
#' @param workers How many simulations run at once.
#' @param storage The database in which several computers share a calibration.
#' @param scheduler The address of a Dask scheduler that runs the simulations.
#' @param workspace The workspace that runs them, which `ao workspace up` has
#'   brought up.
#' @param project The folder with `ao.toml`.
#' @return A list with `estimates`, a data frame with a row for each parameter
#'   that was looked for (`estimate`, and the ends `low` and `high` of its
#'   interval at `level`); `correlation`, a matrix; `best`, the proposal that
#'   was nearest to the data; `fit`, a data frame for each target with what was
#'   `observed` and `simulated`; `notes`; and the files `trials`, with a row for
#'   each proposal, and `plot`. An error of class `anops_error` is raised where
#'   nothing could be simulated.
#' @examples
#' \dontrun{
#' found <- sim_calibrate("flu")
#' found$estimates
#' browseURL(found$plot)
#' }
#' @export
sim_calibrate <- function(name, trials = NULL, workers = NULL, storage = NULL,
                          scheduler = NULL, workspace = NULL,
                          project = ".") {
  number <- function(value) format(value, scientific = FALSE, trim = TRUE)
  told <- ask_ao(c(
    "sim", "calibrate", name, "--project", project,
    if (!is.null(trials)) c("--trials", number(trials)),
    if (!is.null(workers)) c("--workers", number(workers)),
    if (!is.null(storage)) c("--storage", storage),
    if (!is.null(scheduler)) c("--scheduler", scheduler),
    if (!is.null(workspace)) c("--workspace", workspace), "--json"
  ), "EXPERIMENT_FAILED")
  as_calibration(told)
}

#' Make data frames of what a calibration tells
#' @noRd
as_calibration <- function(told) {
  cell <- function(value) if (is.null(value)) NA else value
  column <- function(name) sapply(told$estimates, function(e) cell(e[[name]]))
  told$estimates <- data.frame(
    parameter = column("parameter"), estimate = column("estimate"),
    low = as.numeric(column("low")), high = as.numeric(column("high"))
  )
  if (!is.null(told$correlation)) {
    names <- unlist(told$correlation$parameters)
    values <- matrix(unlist(told$correlation$values), length(names))
    told$correlation <- structure(values, dimnames = list(names, names))
  }
  told$fit <- lapply(told$fit, function(each) {
    data.frame(
      key = unlist(each$keys), observed = unlist(each$observed),
      simulated = unlist(each$simulated)
    )
  })
  told$notes <- as.character(unlist(told$notes))
  told
}
