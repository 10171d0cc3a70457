# HTTP to a service: asks again while it is busy, and turns refusals into
# conditions of R.

#' Bring the address of a service into one form
#' @noRd
service_url <- function(url) {
  if (!is.character(url) || length(url) != 1 || is.na(url) || !nzchar(url)) {
    raise_remote(
      "UNREACHABLE", "`url` must be the address of a service.",
      "Write it as \"http://127.0.0.1:8080\"."
    )
  }
  if (!grepl("://", url, fixed = TRUE)) {
    url <- paste0("http://", url)
  }
  sub("/+$", "", sub("/predict/*$", "", sub("/+$", "", url)))
}

#' Say how a service is asked
#'
#' @param url,headers,wait_seconds,ca_file As `remote_model()` has them.
#' @param fetch,sleep What sends a request, and what waits.
#' @noRd
new_service <- function(url, headers = NULL, wait_seconds = 30, ca_file = "",
                        fetch = fetch_http, sleep = Sys.sleep) {
  list(
    url = service_url(url), headers = headers, wait_seconds = wait_seconds,
    ca_file = authority_file(ca_file),
    # one for all requests: it keeps the connection
    handle = curl::new_handle(), fetch = fetch, sleep = sleep
  )
}

#' Check the file of certificates that a person trusts
#' @return Its path, or `NULL` where the system's own are trusted.
#' @noRd
authority_file <- function(ca_file) {
  if (is.null(ca_file) || identical(ca_file, "")) {
    return(NULL)
  }
  if (!is.character(ca_file) || length(ca_file) != 1 || is.na(ca_file) ||
    !file.exists(ca_file)) {
    raise_remote(
      "UNREACHABLE", "`ca_file` must be the path of a file that is there.",
      "Give the certificate of the authority that issued the service's, as PEM."
    )
  }
  path.expand(ca_file)
}

#' Ask a service, again while it is busy
#'
#' @param service What `new_service()` returned.
#' @param path Such as `"/predict"`.
#' @param body JSON, or `NULL` to get something.
#' @param accept The media type of the answer.
#' @param before How many rows were sent in earlier requests.
#' @param read A function that reads a good answer.
#' @return What `read` returned.
#' @noRd
ask_service <- function(service, path, body = NULL,
                        accept = "application/json", before = 0,
                        read = read_json) {
  left <- service$wait_seconds
  pause <- 0.5
  repeat {
    response <- fetch_or_lose(service, path, body, accept)
    if (is_good(response, accept)) {
      return(read(response, before))
    }
    wanted <- wait_before_next(response, path, pause)
    if (is.null(wanted) || wanted > left) {
      break
    }
    service$sleep(wanted)
    left <- left - wanted
    pause <- 2 * pause
  }
  if (inherits(response, "condition")) {
    stop(response)
  }
  refuse_response(service$url, response, read_problem(response), before)
}

is_good <- function(response, accept) {
  !inherits(response, "condition") && response$status == 200 &&
    startsWith(response$type, accept)
}

# how long to wait before asking again; NULL: it would not help
wait_before_next <- function(response, path, pause) {
  if (inherits(response, "condition")) {
    # what changes nothing in the service may be sent twice
    repeatable <- grepl("^/(model|predict|explain|forecast)\\b", path)
    if (repeatable && pause <= 4) pause
  } else if (is_busy(response$status, read_problem(response))) {
    retry_after(response) %||% pause
  }
}

#' Send a request; where the service is not there, or went away, say so
#' @return The answer, or the condition.
#' @noRd
fetch_or_lose <- function(service, path, body, accept) {
  tryCatch(
    service$fetch(service, path, body, accept),
    anops_remote_error = function(e) if (isTRUE(e$lost)) e else stop(e)
  )
}

# a model that can't be loaded, or rows over which it died: not sent again
is_busy <- function(status, problem) {
  hopeless <- c("MODEL_LOAD", "WORKER_DIED")
  status %in% c(429L, 503L) && !any(problem$code %in% hopeless)
}

retry_after <- function(response) {
  header <- response$headers[["retry-after"]]
  seconds <- suppressWarnings(as.double(header))
  if (length(seconds) && is.na(seconds)) {
    # the header may also hold a date
    seconds <- as.double(curl::parse_date(header) - Sys.time(), units = "secs")
  }
  if (length(seconds) && !is.na(seconds)) max(seconds, 0)
}

read_json <- function(response, before) {
  jsonlite::fromJSON(response$text, simplifyVector = FALSE)
}

#' Send one request
#' @noRd
fetch_http <- function(service, path, body, accept) {
  handle <- service$handle
  curl::handle_reset(handle)
  headers <- c(list(Accept = accept, Expect = ""), as.list(service$headers))
  options <- list(connecttimeout = 5)
  options$cainfo <- service$ca_file
  if (!is.null(body)) {
    headers <- c(headers, list(`Content-Type` = "application/json"))
    bytes <- charToRaw(enc2utf8(body))
    options <- c(options, list(
      post = TRUE, postfieldsize_large = length(bytes), postfields = bytes
    ))
  }
  options <- c(options, options_here(service$url))
  curl::handle_setopt(handle, .list = options)
  curl::handle_setheaders(handle, .list = headers)
  received <- tryCatch(
    curl::curl_fetch_memory(paste0(service$url, path), handle),
    error = function(e) {
      raise_remote(
        "UNREACHABLE",
        paste0("Can't reach ", service$url, ": ", conditionMessage(e), "."),
        if (untrusted(e)) {
          "Give the certificate of the service's authority as `ca_file`."
        } else {
          "Start it with `ao serve`, or correct the address."
        },
        lost = !untrusted(e) && !grepl("timed? ?out", conditionMessage(e))
      )
    }
  )
  text <- rawToChar(received$content[received$content != 0])
  Encoding(text) <- "UTF-8"
  list(
    status = received$status_code, type = received$type %||% "", text = text,
    headers = curl::parse_headers_list(received$headers)
  )
}

untrusted <- function(e) grepl("certificate|SSL|TLS", conditionMessage(e))

#' Choose how a service of this computer is asked
#'
#' The proxy of a company can't reach this computer's own ports; and to
#' compress answers, which curl asks for otherwise, would only cost time.
#' @return Options of curl; none for a service elsewhere.
#' @noRd
options_here <- function(url) {
  if (grepl("^https?://(localhost|127\\.|\\[::1\\])", url)) {
    list(noproxy = "*", accept_encoding = "identity")
  }
}

#' Read problem details
#'
#' @return A list, or `NULL` where the answer is none of AnOps.
#' @noRd
read_problem <- function(response) {
  problem <- tryCatch(
    jsonlite::fromJSON(response$text, simplifyVector = FALSE),
    error = function(e) NULL
  )
  known <- is.list(problem) && is.character(problem$code) &&
    is.character(problem$detail)
  if (known) problem
}
