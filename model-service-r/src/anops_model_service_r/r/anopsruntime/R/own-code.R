# The statistician's own file: model.R, and what others find of it.

#' Run model.R in an environment of its own, keeping its line numbers
#' @noRd
source_code <- function(code) {
  lent <- new.env(parent = globalenv())
  lent$predict <- asking_predict
  own <- new.env(parent = lent)
  own$quit <- own$q <- function(...) {
    stop("quit() would end the service: use stop() to refuse", call. = FALSE)
  }
  if (is.null(code)) {
    return(own)
  }
  if (!file.exists(code)) {
    abort("MODEL_LOAD", "Can't find `", basename(code), "` at ", code, ".")
  }
  what <- paste0("Can't use `", basename(code), "`")
  lines <- readLines(code, warn = FALSE, encoding = "UTF-8")
  file <- srcfilecopy(basename(code), lines)
  assign("anops_name", basename(code), envir = file)
  parsed <- tryCatch(
    parse(text = lines, keep.source = TRUE, srcfile = file),
    error = function(e) {
      # the first line has file, line and column; an excerpt follows
      fault <- strsplit(conditionMessage(e), "\n")[[1]][1]
      abort("MODEL_LOAD", what, ", it is not R code: ", sentence(fault))
    }
  )
  refs <- attr(parsed, "srcref")
  for (i in seq_along(parsed)) {
    place <- paste0(basename(code), ":", refs[[i]][1])
    run_user_code(
      eval(parsed[[i]], own), "MODEL_LOAD", paste0(what, ", ", place)
    )
  }
  register_methods(own)
  own
}

#' Refuse a `predict_model` that can't be given a model and rows
#' @noRd
check_own_predict <- function(own, code) {
  predict <- get0("predict_model", envir = own, inherits = FALSE)
  if (is.null(predict)) {
    return(invisible())
  }
  taken <- if (is.function(predict)) names(formals(args(predict)))
  what <- if (!is.function(predict)) {
    paste0("is of class ", class(predict)[1], ", not a function")
  } else if (length(taken) < 2 && !"..." %in% taken) {
    paste(
      "takes",
      if (length(taken)) paste0("`", taken, "` alone") else "no arguments"
    )
  } else {
    return(invisible())
  }
  abort(
    "MODEL_LOAD", "`predict_model` in ", basename(code), " ", what,
    ": it must take the model and the rows.",
    remedy = "Write `predict_model <- function(model, newdata, ...)`."
  )
}

#' Let R find the S3 methods that model.R defines, such as `predict.premium`
#' @noRd
register_methods <- function(own) {
  for (name in Filter(function(name) is.function(own[[name]]), ls(own))) {
    # `t.test.premium` may be of t() or of t.test()
    for (dot in as.integer(gregexpr(".", name, fixed = TRUE)[[1]])) {
      generic <- substr(name, 1, dot - 1)
      if (dot > 1 && is_generic(generic)) {
        class <- substr(name, dot + 1, nchar(name))
        registerS3method(generic, class, own[[name]], envir = globalenv())
      }
    }
  }
}

is_generic <- function(name) {
  found <- get0(name, envir = globalenv(), mode = "function")
  is.function(found) && utils::isS3stdGeneric(found)
}

#' Let the formula of a model find functions that model.R defines
#'
#' They were in the workspace when the model was fitted.
#' @noRd
lend_functions <- function(model, own) {
  terms <- model_terms(model)
  for (name in setdiff(all.names(terms), ls(globalenv()))) {
    if (is.function(own[[name]])) {
      assign(name, own[[name]], envir = globalenv())
    }
  }
}
