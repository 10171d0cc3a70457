# Features that `ao features` keeps: joined as of a time, or the newest.

#' Get features as of the time of each row, or the newest of an entity
#'
#' With `rows`, each row gets the values that were known at its time and still
#' counted, as `[features.VIEW]` of `ao.toml` says. With `key`, the newest
#' values
#' of an entity are told that `ao features materialize` has kept. The program
#' `ao` does the work, with its extra `features`.
#'
#' @param names Features as `"VIEW.FEATURE"`, or whole views.
#' @param rows A data frame with the entity's columns and a time.
#' @param key A named vector or list: the value of each of the entity's columns.
#' @param time The rows' column of times; by default that of the first view.
#' @param project The folder with `ao.toml`.
#' @return With `rows`, the same data frame with a column for each feature,
#'   `VIEW.FEATURE`, and `VIEW.time`, when the values are of. With `key`, a list
#'   for each view with `state` (`"fresh"`, `"stale"`, `"future"` or
#'   `"missing"`), `time` and `values`.
#' @examples
#' \dontrun{
#' training <- features_get("accounts.balance", loans)
#' features_get("accounts", key = c(account = 7))$accounts$values$balance
#' }
#' @export
features_get <- function(names, rows = NULL, key = NULL, time = NULL,
                         project = ".") {
  if (is.null(rows) == is.null(key)) {
    raise_remote("USAGE", "Give either `rows` or a `key`.")
  }
  asked <- c("features", "get", names, "--project", project, "--json")
  if (!is.null(key)) {
    values <- vapply(key, format, "", digits = 15, scientific = FALSE)
    pairs <- paste0(names(key), "=", trimws(values))
    told <- ask_ao(c(asked, rbind("--key", pairs)), "FEATURES")
    return(told$views)
  }
  folder <- tempfile("anops-features-")
  dir.create(folder)
  on.exit(unlink(folder, recursive = TRUE))
  file <- file.path(folder, "rows.csv")
  made <- file.path(folder, "made.csv")
  write_rows(rows, file)
  told <- ask_ao(c(
    asked, "--rows", file, "--to", made,
    if (!is.null(time)) c("--time", time)
  ), "FEATURES")
  read <- utils::read.csv(made, check.names = FALSE, encoding = "UTF-8")
  added <- read[setdiff(unlist(told$columns), base::names(rows))]
  for (name in paste0(base::names(told$with_values), ".time")) {
    added[[name]] <- as.POSIXct(
      as.character(added[[name]]),
      tz = "UTC", format = "%Y-%m-%d %H:%M:%OSZ"
    )
  }
  cbind(rows, added)
}
