# Does a step that is asked for, and says how it went.

anops$do <- function(step) {
  Sys.setenv(ANOPS_WORKFLOW_STEP = step)
  if (is.null(anops$functions)) {
    anops$open(anops$plan)
    anops$restore(step)
  }
  set.seed(anops$plan$seeds[[step]])
  returned <- anops$call(step) # at once, not where it is first looked at
  result <- anops$checked(step, returned)
  anops$made[[step]] <- result
  if (step != "save_model") anops$keep(step, result)
  if (step == "split_data") anops$keep_fitted(result$train)
  if (step == "evaluate") {
    anops$tell(result)
    return(list(ok = TRUE, metrics = result))
  }
  list(ok = TRUE)
}

anops$answered <- function(step) {
  started <- proc.time()[["elapsed"]]
  answer <- tryCatch(anops$do(step), anops_failure = function(e) {
    list(ok = FALSE, message = conditionMessage(e), remedy = e$remedy, where = e$where, missing = e$missing)
  }, error = function(e) {
    message("Error: ", conditionMessage(e))
    list(ok = FALSE, message = sprintf("What `%s` made can't be kept: %s", step, conditionMessage(e)))
  })
  answer$seconds <- proc.time()[["elapsed"]] - started
  answer
}

anops$serve <- function() {
  requests <- file("stdin")
  open(requests, "r")
  repeat {
    line <- readLines(requests, n = 1L)
    if (!length(line)) break
    request <- strsplit(line, "\t", fixed = TRUE)[[1L]]
    answer <- anops$answered(request[1L])
    while (sink.number() > 0L) sink()
    writeLines(enc2utf8(anops$json(answer)), request[2L], useBytes = TRUE)
    cat("\036", request[1L], "\n", sep = "")
    flush(stdout())
  }
}

anops$debug <- function() {
  anops$attempt <- function(lead, run) run()
  for (step in anops$steps) {
    cat("── ", step, "\n", sep = "")
    answer <- anops$do(step)
    if (!is.null(answer$metrics)) utils::str(answer$metrics)
  }
}
