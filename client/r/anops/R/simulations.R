# Simulations that `ao sim` runs: a function of this language, many times.

#' Run a function many times
#'
#' `sim_submit()` starts an experiment: it runs a function of an R file for each
#' row of `params`, `replicates` times, in R processes of this computer or on a
#' Dask cluster, and returns at once. `sim_gather()` waits for it and returns
#' the results; `sim_results()` returns those that are there.
#'
#' Each run has random numbers of its own (L'Ecuyer-CMRG), which do not depend
#' on the number of workers or the order: the same call gives the same results,
#' to the bit. What was run before is not run again. The program `ao` does the
#' work, with its extra `experiments`.
#'
#' @param fn The function, as `"file.R:function"`. It takes its parameters by
#'   name and returns a number, several named ones, or a data frame.
#' @param params A data frame with a set of parameters in each row. `NULL`: the
#'   function has none.
#' @param replicates How often each of them is run.
#' @param seed The seed of random numbers.
#' @param name What the experiment is called; by default as the function.
#' @param workers How many run at once; by default as many as there are
#'   processors.
#' @param scheduler The address of a Dask scheduler that runs them.
#' @param workspace The workspace that runs them, which `ao workspace up` has
#'   brought up.
#' @param bundle A bundle whose code and data are run, in place of those of
#'   `project`: `"oras://HOST/NAME:TAG"`, which `ao bundle push` has pushed.
#' @param project The folder with the file.
#' @param experiment What `sim_submit()` returned; for `sim_results()` also the
#'   name of an experiment, such as one of `ao.toml`.
#' @param summary Whether the rows are parameter sets, as the function that
#'   `aggregate` of `ao.toml` names made them of their runs.
#' @param table The name of an output that is a data frame: its rows in all runs
#'   are returned, with the run and its parameters before them.
#' @param timeout How many seconds `sim_gather()` waits at most.
#' @return `sim_submit()`: an experiment. The others: a data frame with a row
#'   for each run: `point` and `replicate`, the parameters, the outputs, and
#'   `status`, which is `"ok"`, or the `error`. [sim_status()] tells how far an
#'   experiment is.
#'
#' An error of class `anops_error` is raised where nothing could be run; where
#' some runs failed there is a warning, and their rows say why.
#' @examples
#' \dontrun{
#' started <- sim_submit(
#'   "power.R:significant",
#'   params = expand.grid(n = c(20, 40, 80), effect = c(0, 0.5)),
#'   replicates = 1000
#' )
#' runs <- sim_gather(started)
#' aggregate(value ~ n + effect, runs, mean)
#' }
#' @name simulations
NULL

#' @rdname simulations
#' @export
sim_submit <- function(fn, params = NULL, replicates = 1, seed = 1,
                       name = NULL, workers = NULL, scheduler = NULL,
                       workspace = NULL, bundle = NULL, project = ".") {
  if (!is.character(fn) || length(fn) != 1 || !grepl(":", fn, fixed = TRUE)) {
    raise_remote(
      "USAGE", "`fn` must be a single text such as \"sir.R:simulate\"."
    )
  }
  if (is.null(name)) name <- gsub("[^[:alnum:]_-]+", "-", fn)
  place <- tempfile("anops-sim-")
  dir.create(place)
  design <- NULL
  if (!is.null(params)) {
    design <- write_sets(params, file.path(place, "sets.csv"))
  }
  number <- function(value) format(value, scientific = FALSE, trim = TRUE)
  begin_ao(name, project, place, c(
    "sim", "run", name, "--function", fn, "--replicates", number(replicates),
    "--seed", number(seed), "--project", project,
    if (!is.null(design)) c("--design", design),
    if (!is.null(workers)) c("--workers", number(workers)),
    if (!is.null(scheduler)) c("--scheduler", scheduler),
    if (!is.null(workspace)) c("--workspace", workspace),
    if (!is.null(bundle)) c("--bundle", bundle), "--json"
  ))
}

#' @rdname simulations
#' @export
sim_gather <- function(experiment, timeout = Inf) {
  if (!inherits(experiment, "anops_experiment")) {
    raise_remote("USAGE", "`experiment` must be what sim_submit() returned.")
  }
  until <- as.double(Sys.time()) + timeout
  while (!has_ended(experiment)) {
    if (as.double(Sys.time()) > until) {
      raise_remote(
        "DEADLINE",
        sprintf("`%s` is not done after %g seconds.", experiment$name, timeout),
        "It goes on: call sim_gather() again."
      )
    }
    Sys.sleep(0.1)
  }
  out <- file.path(experiment$place, "out")
  out <- readLines(out, warn = FALSE, encoding = "UTF-8")
  out <- paste(out, collapse = "\n")
  if (!nzchar(out)) {
    raise_said("EXPERIMENT_FAILED", file.path(experiment$place, "said"))
  }
  told <- jsonlite::fromJSON(out, simplifyVector = FALSE)
  if (told$failed > 0) {
    first <- told$failures[[1]]
    warning(
      sprintf(
        "%d of %d runs failed, the first with: %s",
        told$failed, told$done + told$failed, first$message
      ),
      call. = FALSE
    )
  }
  if (isTRUE(told$alike)) {
    warning(
      sprintf("All replicates of `%s` gave the same. ", experiment$name),
      "If it is to draw random numbers, take set.seed() out of the function.",
      call. = FALSE
    )
  }
  sim_results(experiment)
}

#' @rdname simulations
#' @export
sim_results <- function(experiment, project = ".", summary = FALSE,
                        table = NULL) {
  asked <- experiment_of(experiment, project)
  file <- tempfile(fileext = ".csv")
  on.exit(unlink(file))
  told <- ask_ao(c(
    "sim", "results", asked$name, "--output", file, "--exact",
    "--project", asked$project, if (summary) "--summary",
    if (!is.null(table)) c("--table", table), "--json"
  ), "EXPERIMENT_FAILED")
  rows <- utils::read.csv(
    file,
    colClasses = "character", na.strings = "\\N", check.names = FALSE,
    encoding = "UTF-8"
  )
  for (column in names(told$columns)) {
    rows[[column]] <- as_told(rows[[column]], told$columns[[column]])
  }
  rows
}

#' Write sets of parameters as CSV, no digit lost
#' @noRd
write_sets <- function(params, file) {
  if (!is.data.frame(params) || !nrow(params)) {
    raise_remote(
      "USAGE", "`params` must be a data frame with at least one row."
    )
  }
  for (column in names(params)) {
    cells <- params[[column]]
    if (is.factor(cells)) cells <- as.character(cells)
    wrong <- which(is.na(cells) | (is.numeric(cells) & !is.finite(cells)))
    if (length(wrong)) {
      raise_remote(
        "VALUE_MISSING",
        sprintf(
          "Column `%s` of `params` must have a finite value in row %d, not %s.",
          column, wrong[1], format(cells[wrong[1]])
        )
      )
    }
    if (is.character(cells)) refuse_look_alikes(column, cells)
    # as doubles they were other numbers
    if (inherits(cells, "integer64")) cells <- as.character(cells)
    if (is.numeric(cells)) cells <- sprintf("%.17g", cells)
    params[[column]] <- cells
  }
  utils::write.csv(params, file, row.names = FALSE, fileEncoding = "UTF-8")
  file
}

#' Refuse texts that would be read as something else
#' @noRd
refuse_look_alikes <- function(column, cells) {
  alike <- if (!anyNA(suppressWarnings(as.numeric(cells)))) {
    c("numbers", "as.numeric")
  } else if (all(tolower(cells) %in% c("true", "false"))) {
    c("logical values", "as.logical")
  }
  if (!is.null(alike)) {
    raise_remote(
      "COLUMN_TYPE",
      sprintf("Column `%s` of `params` holds %s as texts.", column, alike[1]),
      sprintf("Convert `%s` to %s with %s().", column, alike[1], alike[2])
    )
  }
}

as_told <- function(cells, type) {
  if (type == "bool") {
    return(cells == "TRUE")
  }
  if (type == "double") {
    return(as.numeric(cells))
  }
  if (type == "int64") {
    numbers <- as.numeric(cells)
    # as doubles they were other numbers
    if (any(abs(numbers) >= 2^53, na.rm = TRUE)) {
      return(cells)
    }
    fits <- all(abs(numbers) <= .Machine$integer.max, na.rm = TRUE)
    return(if (fits) as.integer(numbers) else numbers)
  }
  if (startsWith(type, "date")) {
    return(as.Date(cells))
  }
  if (startsWith(type, "timestamp")) {
    return(as.POSIXct(cells, format = "%Y-%m-%dT%H:%M:%OS", tz = "UTC"))
  }
  cells
}
