# Does the steps of a training workflow in the project's own R: it needs no package.
#
# It is run by its path, with the file of the plan. Requests come as lines on standard input; a step's answer is a JSON
# file, and a line on standard output says that it is there. `--debug` does all steps in one go, with R's browser.

anops <- new.env()

anops$steps <- c("load_data", "split_data", "build_pipeline", "train_model", "evaluate", "save_model")

anops$failure <- function(message, remedy = NULL, where = NULL, missing = NULL) {
  structure(
    class = c("anops_failure", "error", "condition"),
    list(message = message, call = NULL, remedy = remedy, where = where, missing = missing)
  )
}

anops$json_text <- function(text) {
  text <- enc2utf8(as.character(text))
  text <- gsub("\\", "\\\\", text, fixed = TRUE)
  text <- gsub("\"", "\\\"", text, fixed = TRUE)
  text <- gsub("\n", "\\n", text, fixed = TRUE)
  text <- gsub("\t", "\\t", text, fixed = TRUE)
  paste0("\"", gsub("[[:cntrl:]]", " ", text), "\"")
}

anops$json <- function(value) {
  if (is.null(value)) return("null")
  if (is.list(value)) {
    fields <- vapply(names(value), function(name) {
      paste0(anops$json_text(name), ": ", anops$json(value[[name]]))
    }, "")
    return(paste0("{", paste(fields, collapse = ", "), "}"))
  }
  if (is.logical(value) && !is.na(value)) return(if (value) "true" else "false")
  if (is.numeric(value)) {
    if (is.finite(value)) return(format(value, digits = 17, scientific = NA, decimal.mark = "."))
    return(if (is.nan(value) || is.na(value)) "\"NaN\"" else if (value > 0) "\"Infinity\"" else "\"-Infinity\"")
  }
  anops$json_text(value)
}

anops$words <- function(values) paste0("`", values, "`", collapse = ", ")

# The functions of a workflow: those of train.R, or those of a registered list.
anops$open <- function(plan) {
  anops$code <- globalenv() # where source() puts it, and `<<-` assigns
  anops$workflows <- list()
  assign("register_workflow", envir = anops$code, function(name, ..., base = NULL) {
    steps <- list(...)
    if (length(steps) == 1L && is.list(steps[[1L]])) steps <- steps[[1L]]
    if (is.character(base)) base <- anops$workflows[[base]]
    anops$workflows[[name]] <- utils::modifyList(as.list(base), steps)
    invisible(anops$workflows[[name]])
  })
  anops$attempt(paste(plan$code, "can't be sourced"), function() sys.source(
    file.path(plan$folder, plan$code), envir = anops$code, keep.source = TRUE
  ))
  registered <- anops$workflows
  found <- mget(anops$steps, envir = anops$code, mode = "function", ifnotfound = list(NULL), inherits = FALSE)
  found <- found[!vapply(found, is.null, TRUE)]
  wanted <- plan$workflow
  if (!is.null(wanted) && is.null(registered[[wanted]])) {
    there <- if (length(registered)) paste("There is", anops$words(names(registered))) else NULL
    stop(anops$failure(sprintf("There is no workflow `%s` in %s.", wanted, plan$code), there))
  }
  if (is.null(wanted) && length(registered) > 1L) {
    named <- sprintf("%s registers %d workflows: %s.", plan$code, length(registered), anops$words(names(registered)))
    last <- utils::tail(names(registered), 1L)
    if (grepl("[^[:alnum:]_.-]", last)) last <- shQuote(last)
    stop(anops$failure(named, paste("Say which: ao train --workflow", last)))
  }
  if (length(registered)) found <- registered[[if (is.null(wanted)) 1L else wanted]]
  lacking <- setdiff(anops$steps, c(names(found), "build_pipeline", "save_model"))
  if (length(lacking)) {
    stop(anops$failure(
      sprintf("%s has no function %s.", plan$code, anops$words(lacking)),
      paste("Write it in", plan$code)
    ))
  }
  anops$functions <- found
  anops$made <- list()
}

# Run code of the person: what it raises is told with the call and the line.
anops$attempt <- function(lead, run) {
  where <- NULL
  tryCatch(
    withCallingHandlers(run(), error = function(e) {
      if (inherits(e, "anops_failure")) return()
      where <<- anops$line(sys.calls())
      message("Error: ", conditionMessage(e))
      calls <- sys.calls()
      own <- which(vapply(calls, function(call) identical(call[[1L]], quote(eval)), TRUE))
      calls <- utils::tail(utils::head(calls, -2L), -max(own, 0L))
      message(paste(" ", vapply(calls, function(call) substr(deparse(call)[1L], 1L, 100L), ""), collapse = "\n"))
    }),
    anops_failure = function(e) stop(e),
    error = function(e) {
      call <- conditionCall(e)
      said <- conditionMessage(e)
      if (is.call(call) && !is.symbol(call[[1L]])) call <- NULL
      if (is.call(call) && as.character(call[[1L]]) %in% anops$steps) call <- NULL
      if (!is.null(call)) said <- paste0(said, " (in ", substr(deparse(call)[1L], 1L, 80L), ")")
      stop(anops$failure(paste0(lead, ": ", said), where = where, missing = anops$missing(e)))
    }
  )
}

# The package that is not there.
anops$missing <- function(e) if (inherits(e, "packageNotFoundError")) e$package

# The last of the calls that stands in the person's file.
anops$line <- function(calls) {
  for (call in rev(calls)) {
    reference <- attr(call, "srcref")
    file <- if (is.null(reference)) NULL else attr(reference, "srcfile")$filename
    if (!is.null(file) && basename(file) == basename(anops$plan$code)) {
      return(sprintf("%s, line %d", anops$plan$code, reference[1L]))
    }
  }
  NULL
}

anops$file <- function(step) file.path(anops$plan$state, paste0(step, ".state"))

anops$get <- function(step) {
  if (is.null(anops$made[[step]])) {
    anops$made[[step]] <- tryCatch(readRDS(anops$file(step))$result, error = function(e) stop(anops$failure(
      sprintf("What `%s` made can't be read again: %s", step, conditionMessage(e)),
      "Train from the beginning: ao train"
    )))
  }
  anops$made[[step]]
}

# What the steps before, of another process, have assigned with `<<-`.
anops$restore <- function(step) {
  before <- anops$steps[seq_len(match(step, anops$steps) - 1L)]
  before <- before[file.exists(anops$file(before))]
  if (length(before)) list2env(readRDS(anops$file(utils::tail(before, 1L)))$globals, envir = anops$code)
}

anops$arguments <- function(step) {
  switch(step,
    split_data = list(data = anops$get("load_data")),
    train_model = list(pipeline = anops$get("build_pipeline"), train = anops$get("split_data")$train),
    evaluate = list(model = anops$get("train_model"), test = anops$get("split_data")$test),
    save_model = list(model = anops$get("train_model"), path = anops$plan$artifact),
    list()
  )
}

anops$default <- function(step) {
  if (step == "save_model") return(function(model, path) saveRDS(model, path))
  function() list()
}

anops$call <- function(step) {
  run <- anops$functions[[step]]
  if (is.null(run)) run <- anops$default(step)
  # called by name with names, so that an error shows `train_model(pipeline, train)` and no data
  arguments <- anops$arguments(step)
  place <- list2env(arguments, parent = anops$code)
  call <- as.call(lapply(c(step, names(arguments)), as.name))
  if ("config" %in% names(formals(run))) {
    place$config <- anops$plan$config
    call$config <- as.name("config")
  }
  assign(step, run, envir = place)
  anops$attempt(sprintf("`%s` failed", step), function() eval(call, place))
}

anops$checked <- function(step, result) {
  if (step == "save_model") {
    if (!file.exists(anops$plan$artifact)) {
      stop(anops$failure("`save_model` wrote no file.", "Let it write the model to its argument `path`."))
    }
    return(TRUE)
  }
  if (is.null(result)) {
    stop(anops$failure(sprintf("`%s` returned nothing.", step), sprintf("End `%s` with its result.", step)))
  }
  if (step == "split_data") {
    if (!is.list(result) || is.data.frame(result) || length(result) != 2L) {
      stop(anops$failure(paste0(
        "`split_data` must return list(train = , test = ); it returned ",
        if (is.list(result) && !is.data.frame(result)) paste(length(result), "values") else class(result)[1L], "."
      )))
    }
    if (!setequal(names(result), c("train", "test"))) names(result) <- c("train", "test")
  }
  if (step == "evaluate") result <- anops$metrics(result)
  result
}

anops$metrics <- function(result) {
  metrics <- as.list(result)
  if (!length(metrics) || is.null(names(metrics)) || !all(nzchar(names(metrics)))) {
    stop(anops$failure(paste0(
      "`evaluate` must return metrics by name, such as list(rmse = 2.3); it returned ", class(result)[1L],
      if (length(metrics)) " without names." else " of no values."
    )))
  }
  for (name in names(metrics)) {
    value <- metrics[[name]]
    if (!(is.numeric(value) || is.logical(value)) || length(value) != 1L) {
      stop(anops$failure(sprintf(
        "`evaluate` must return a number for `%s`; it returned %s of length %d.", name, class(value)[1L], length(value)
      )))
    }
    metrics[[name]] <- as.numeric(value)
  }
  metrics
}

anops$keep <- function(step, result) {
  names <- setdiff(ls(anops$code), "anops")
  globals <- Filter(Negate(is.function), mget(names, envir = anops$code))
  partial <- paste0(anops$file(step), ".partial")
  saveRDS(list(result = result, globals = globals), partial, compress = FALSE)
  invisible(file.rename(partial, anops$file(step)))
}

# The rows that the model is fitted on, where they are a data frame, for monitoring to compare with; of many some.
anops$keep_fitted <- function(train) {
  if (!is.data.frame(train) || !nrow(train)) return(invisible())
  tryCatch({
    kept <- as.data.frame(train)[seq(1L, nrow(train), by = max(1L, ceiling(nrow(train) / 10000))), , drop = FALSE]
    is_time <- vapply(kept, inherits, TRUE, "POSIXt")
    kept[is_time] <- lapply(kept[is_time], format, "%Y-%m-%dT%H:%M:%OS3Z", tz = "UTC")
    utils::write.csv(kept, anops$plan$fitted, row.names = FALSE, fileEncoding = "UTF-8")
  }, error = function(e) {
    message("The rows that are fitted on are not kept for monitoring: ", conditionMessage(e))
  })
  invisible()
}

anops$tell <- function(metrics) {
  lines <- vapply(names(metrics), function(name) {
    anops$json(list(
      kind = "metric", name = name, value = metrics[[name]], workflow_step = "evaluate",
      time = as.numeric(Sys.time())
    ))
  }, "")
  cat(lines, file = anops$plan$lines, sep = "\n", append = TRUE)
}

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

anops$plan <- source(Sys.getenv("ANOPS_TRAINING_PLAN"), encoding = "UTF-8")$value
options(keep.source = TRUE, warn = 1L)
if (nzchar(Sys.getenv("ANOPS_TRAINING_DEBUG"))) anops$debug() else anops$serve()
