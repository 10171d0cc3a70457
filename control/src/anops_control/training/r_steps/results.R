# What a step must return, and what of it is told.

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

anops$tell <- function(metrics) {
  lines <- vapply(names(metrics), function(name) {
    anops$json(list(
      kind = "metric", name = name, value = metrics[[name]], workflow_step = "evaluate",
      time = as.numeric(Sys.time())
    ))
  }, "")
  cat(lines, file = anops$plan$lines, sep = "\n", append = TRUE)
}
