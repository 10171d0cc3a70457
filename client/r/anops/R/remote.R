# A model that is served elsewhere, used from R as if it were here.

#' Predict with a model that is served
#'
#' `predict_remote()` sends the rows of a data frame to a service of AnOps and
#' gives back its predictions. Whoever asks the same service more than once
#' keeps what `remote_model()` returns and calls `predict()` on it.
#'
#' Only the columns that the model needs are sent. Factors and texts, dates,
#' times with their instant, whole numbers, logicals and missing values arrive
#' as they are, numbers with all their digits. In the answer a category is a
#' factor with the levels of the model, a time has the model's time zone.
#' Warnings of the model and of the service become warnings of R, with the
#' class `anops_warning` and the fields `column` and `rows`.
#'
#' Where a row of the model does not depend on the other rows, many rows are
#' sent in several requests. A service that is busy or starting is asked again
#' after the time it names, for `wait_seconds` altogether.
#'
#' @param url The address of the service, such as `"http://127.0.0.1:8080"`.
#' @param newdata A data frame with the columns that the model needs.
#' @param ... What to ask of the model, such as `interval = "prediction"`;
#'   `print(remote_model(url))` shows what there is.
#' @param model The name of the model, where the service has several; `NULL`:
#'   its default.
#' @param version The version of the model; `NULL`: the highest.
#' @param key A key of the service, or a token of its identity provider, where
#'   it needs one; by default that of the environment variable `ANOPS_KEY`.
#' @param ca_file The certificate (PEM) of the authority behind a service with
#'   HTTPS, where the system does not know it; by default that of the
#'   environment variable `ANOPS_CA_FILE`.
#' @param headers Further headers of each request, a named character vector.
#' @param wait_seconds For how long a busy service is asked again.
#' @return `predict_remote()` and `predict()`: a data frame with the rows of
#'   `newdata`, in order, under the same row names. `remote_model()`: an
#'   object of class `anops_remote_model`.
#'
#' Where the service refuses, an error of class `anops_error` is raised, with
#' the fields `code` (one of the error codes of AnOps, or `"UNREACHABLE"` or
#' `"NOT_ANOPS"`), `errors` (a data frame: the column and the row of each
#' fault, what was expected and what was received), `remedy` and `request_id`.
#' @export
#' @examples
#' \dontrun{
#' cars <- data.frame(wt = c(2.62, NA), hp = c(110, 93), cyl = c(6, 4))
#' predict_remote("http://127.0.0.1:8080", cars, interval = "prediction")
#'
#' model <- remote_model("http://127.0.0.1:8080")
#' model
#' predict(model, cars)
#'
#' tryCatch(
#'   predict(model, transform(cars, hp = "potato")),
#'   anops_error = function(e) e$errors
#' )
#' }
predict_remote <- function(url, newdata, ..., model = NULL, version = NULL,
                           key = Sys.getenv("ANOPS_KEY"), headers = NULL,
                           wait_seconds = 30,
                           ca_file = Sys.getenv("ANOPS_CA_FILE")) {
  served <- remote_model(
    url, model, version,
    key = key, headers = headers, wait_seconds = wait_seconds,
    ca_file = ca_file
  )
  stats::predict(served, newdata, ...)
}

#' @rdname predict_remote
#' @export
remote_model <- function(url, model = NULL, version = NULL,
                         key = Sys.getenv("ANOPS_KEY"), headers = NULL,
                         wait_seconds = 30,
                         ca_file = Sys.getenv("ANOPS_CA_FILE")) {
  address <- paste0(service_url(url), model_path(model, version))
  headers <- c(key_header(key), headers)
  served_model(new_service(address, headers, wait_seconds, ca_file))
}

#' The header that brings a key
#' @noRd
key_header <- function(key) {
  if (is.null(key) || identical(key, "")) {
    return(NULL)
  }
  if (!is.character(key) || length(key) != 1 || is.na(key) ||
    grepl("[^!-~]", key)) {
    raise_remote(
      "UNAUTHENTICATED", "`key` must be one text without blanks.",
      "Give the key as `ao key add` wrote it."
    )
  }
  c(Authorization = paste("Bearer", key))
}

#' The path of a model behind the address of a service
#' @noRd
model_path <- function(model = NULL, version = NULL) {
  if (is.null(model) && !is.null(version)) {
    raise_remote(
      "MODEL_NOT_FOUND", "Can't ask for a version without a model.",
      "Give `model` too, the name of the model."
    )
  }
  parts <- c(models = model, versions = version)
  if (is.null(parts)) {
    return("")
  }
  escaped <- curl::curl_escape(enc2utf8(as.character(parts)))
  paste0("/", names(parts), "/", escaped, collapse = "")
}

served_model <- function(service) {
  card <- ask_service(service, "/model")
  structure(
    list(
      service = service, name = card$name, version = card$version,
      description = card$description, schema = card$schema,
      row_independent = isTRUE(card$row_independent)
    ),
    class = "anops_remote_model"
  )
}

#' @rdname predict_remote
#' @param object What `remote_model()` returned.
#' @export
predict.anops_remote_model <- function(object, newdata, ...) {
  if (missing(newdata)) {
    refuse_newdata("`newdata` is missing", "Give the rows to predict.")
  }
  rows <- as_rows(newdata)
  options <- list(...)
  check_named(options)
  answer <- predict_pieces(object, rows, options)
  if (!identical(answer$version, object$version)) {
    # the service has got another model since: its columns may be others
    object <- served_model(object$service)
    answer <- predict_pieces(object, rows, options)
  }
  answered <- answered_frame(answer$columns, object$schema, nrow(rows))
  structure(answered, row.names = attr(rows, "row.names"))
}

#' @export
print.anops_remote_model <- function(x, ...) {
  cat("Model `", x$name, "` ", x$version, " at ", x$service$url, "\n", sep = "")
  if (length(x$description) && nzchar(x$description)) {
    cat(x$description, "\n", sep = "")
  }
  for (part in c("inputs", "outputs", "options")) {
    specs <- x$schema[[part]]
    if (length(specs)) {
      cat("\n", part, ":\n", sep = "")
      texts <- vapply(specs, spec_text, "")
      cat(paste0("  ", format(names(specs)), "  ", texts), sep = "\n")
    }
  }
  invisible(x)
}

spec_text <- function(spec) {
  allowed <- unlist(spec$levels %||% spec$values)
  paste0(
    if (isTRUE(spec$ordered)) "ordered ", spec$type,
    if (isTRUE(spec$list)) " (several)",
    if (length(allowed)) paste0(": ", listed_shortly(allowed)),
    if (!is.null(spec$default)) {
      paste0(", default ", paste(unlist(spec$default), collapse = ", "))
    }
  )
}

listed_shortly <- function(values, most = 6L) {
  rest <- length(values) - most
  paste0(
    paste(utils::head(values, most), collapse = ", "),
    if (rest > 0) paste(" and", rest, "more")
  )
}

#' Turn what a person calls rows into a data frame of plain columns
#' @noRd
as_rows <- function(newdata) {
  if (!is.data.frame(newdata) && !is.matrix(newdata) && !is.list(newdata)) {
    refuse_newdata(
      paste0("`newdata` must be a data frame, and is a ", class(newdata)[1]),
      "Make it one: data.frame(column = values)."
    )
  }
  # check.names would turn the column `a b` into `a.b`
  as.data.frame(newdata, optional = TRUE)
}

check_named <- function(options) {
  if (length(options) && !all(nzchar(names(options) %||% ""))) {
    refuse_newdata(
      "every option must have a name",
      "Write it as interval = \"prediction\"."
    )
  }
}

refuse_newdata <- function(what, remedy) {
  raise_remote("BODY_SHAPE", paste0("Can't predict: ", what, "."), remedy)
}
