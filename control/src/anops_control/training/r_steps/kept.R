# What the steps made, for those after them and for an attempt after this one.

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
