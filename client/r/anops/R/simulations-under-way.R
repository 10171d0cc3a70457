# Experiments that were begun: how far they are, their end, and going on.

#' See how far experiments are, end them, go on with them
#'
#' `sim_status()` tells how many runs are done, wait and failed. `sim_cancel()`
#' ends an experiment that is being run, wherever it was started; what is
#' finished is kept. `sim_resume()` goes on with one that was ended or killed,
#' and tries again what failed: only what is missing is run. It returns at once,
#' as [sim_submit()] does.
#'
#' @param experiment What `sim_submit()` returned, or the name of an experiment.
#'   `sim_status()`: by default all that were begun.
#' @param scheduler The address of a Dask scheduler that runs the rest.
#' @param workspace The workspace that runs the rest.
#' @param project The folder of the experiments.
#' @return `sim_status()`: a data frame with a row for each experiment: `name`,
#'   whether it is `running`, how many runs are `done`, `waiting` and `failed`,
#'   the `message` of the first failure, and while it runs, how many there are
#'   `per_second` and how many `seconds_left`. `sim_cancel()`: invisibly,
#'   whether it was being run. `sim_resume()`: an experiment for [sim_gather()].
#' @examples
#' \dontrun{
#' started <- sim_submit("power.R:significant", replicates = 100000)
#' sim_status(started)
#' sim_cancel(started)
#' runs <- sim_gather(sim_resume(started))
#' }
#' @export
sim_status <- function(experiment = NULL, project = ".") {
  asked <- experiment_of(experiment, project)
  told <- ask_ao(c(
    "sim", "status", asked$name, "--project", asked$project, "--json"
  ), "EXPERIMENT_FAILED")
  as_status(told$experiments)
}

#' @rdname sim_status
#' @export
sim_cancel <- function(experiment, project = ".") {
  asked <- experiment_of(experiment, project)
  words <- c(
    "sim", "cancel", asked$name, "--project", asked$project, "--json"
  )
  repeat {
    # one that was just submitted may not have begun yet
    is_starting <- !is.null(asked$place) && !has_ended(asked)
    was_running <- tryCatch(
      ask_ao(words, "EXPERIMENT_FAILED")$was_running,
      anops_error = function(e) if (is_starting) FALSE else stop(e)
    )
    if (was_running || !is_starting) {
      return(invisible(was_running))
    }
    Sys.sleep(0.2)
  }
}

#' @rdname sim_status
#' @export
sim_resume <- function(experiment, scheduler = NULL, workspace = NULL,
                       project = ".") {
  asked <- experiment_of(experiment, project)
  place <- tempfile("anops-sim-")
  dir.create(place)
  begin_ao(asked$name, asked$project, place, c(
    "sim", "resume", asked$name, "--project", asked$project,
    if (!is.null(scheduler)) c("--scheduler", scheduler),
    if (!is.null(workspace)) c("--workspace", workspace), "--json"
  ))
}

#' Return the name and the project of an experiment
#' @noRd
experiment_of <- function(experiment, project) {
  if (inherits(experiment, "anops_experiment")) {
    return(unclass(experiment))
  }
  list(name = experiment, project = project)
}

#' Start `ao`, and return at once
#' @noRd
begin_ao <- function(name, project, place, words) {
  line <- paste(
    c(library_path(), shQuote(c(find_ao(), enc2utf8(words)))),
    collapse = " "
  )
  told <- shQuote(file.path(place, c("out", "said", "ended")))
  script <- sprintf(
    "%s > %s 2> %s; echo $? > %s", line, told[1], told[2], told[3]
  )
  system2("/bin/sh", c("-c", shQuote(script)), wait = FALSE)
  structure(
    list(name = name, project = normalizePath(project), place = place),
    class = "anops_experiment"
  )
}

#' Say whether the `ao` that was started has ended
#' @noRd
has_ended <- function(experiment) {
  ended <- file.path(experiment$place, "ended")
  file.exists(ended) && length(readLines(ended, warn = FALSE)) > 0
}

#' Make a data frame of the facts of experiments
#' @noRd
as_status <- function(told) {
  cells <- function(of, empty) {
    vapply(told, function(each) {
      value <- of(each)
      if (is.null(value)) value <- empty
      storage.mode(value) <- storage.mode(empty)
      value
    }, empty)
  }
  now <- function(name) {
    cells(function(each) if (each$running) each$progress[[name]], NA_real_)
  }
  data.frame(
    name = cells(function(each) each$name, ""),
    running = cells(function(each) each$running, NA),
    done = cells(function(each) each$done, NA_integer_),
    waiting = cells(function(each) each$waiting, NA_integer_),
    failed = cells(function(each) each$failed, NA_integer_),
    message = cells(function(each) {
      if (length(each$failures)) each$failures[[1]]$message
    }, NA_character_),
    per_second = now("per_second"), seconds_left = now("seconds_left")
  )
}
