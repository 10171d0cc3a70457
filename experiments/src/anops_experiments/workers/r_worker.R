# Runs functions of R, one task after the other; a program of its own that needs no package.
#
# It is started by its path with two numbers of open files: it reads a line of R code for each task from one, a list, and
# writes an answer of anops_experiments/wire.py to the other.

anops <- new.env()

anops$refused <- function(...) {
  stop(structure(class = c("anops_refused", "error", "condition"), list(message = paste0(...), call = NULL)))
}

anops$not_there <- function(there, ...) {
  said <- list(message = paste0(...), call = NULL, there = there)
  stop(structure(class = c("anops_not_there", "anops_refused", "error", "condition"), said))
}

anops$sourced <- new.env()

anops$find <- function(file, name) {
  if (is.null(anops$sourced[[file]])) {
    if (!file.exists(file)) {
      folder <- dirname(file)
      files <- list.files(folder, pattern = "[.][Rr]$")
      files <- if (folder == ".") files else file.path(folder, files)
      there <- if (length(files)) paste0(files, ":", name)
      anops$not_there(there, "There is no file `", file, "` in ", getwd(), ".")
    }
    code <- new.env(parent = globalenv())
    # what the file itself draws is the same in each process
    assign(".Random.seed", c(10407L, 1:6), envir = globalenv())
    sys.source(file, envir = code, keep.source = TRUE)
    anops$sourced[[file]] <- code
  }
  code <- anops$sourced[[file]]
  if (!exists(name, envir = code, mode = "function", inherits = FALSE)) {
    there <- Filter(function(each) is.function(code[[each]]), ls(code))
    anops$not_there(
      if (length(there)) paste0(file, ":", there),
      "There is no function `", name, "` in `", file, "`; it has ",
      if (length(there)) paste(there, collapse = ", ") else "none", "."
    )
  }
  code
}

anops$known <- new.env()

# What a function takes, and what it needs: looked up once, since that takes longer than many a run.
anops$formals <- function(code, task) {
  if (is.null(anops$known[[task$fn]])) {
    known <- formals(code[[task$name]])
    needed <- vapply(known, function(each) identical(each, quote(expr = )), TRUE)
    anops$known[[task$fn]] <- list(names(known), setdiff(names(known)[needed], "..."))
  }
  anops$known[[task$fn]]
}

anops$arguments <- function(code, task) {
  known <- anops$formals(code, task)
  needed <- known[[2L]]
  known <- known[[1L]]
  params <- task$params
  if (length(task$tables)) {
    if (!"..." %in% known) params <- params[names(params) %in% known]
    params <- c(params, task$tables[names(task$tables) %in% c(known, names(task$tables)[1L])])
  }
  if ("params" %in% known && !any(names(params) %in% known)) params <- list(params = params)
  if ("seed" %in% known && is.null(params$seed)) params$seed <- task$seed
  unknown <- if ("..." %in% known) character() else names(params)[!names(params) %in% known]
  lacking <- needed[!needed %in% names(params)]
  if (length(unknown) || length(lacking)) {
    words <- function(lead, names) if (length(names)) paste0(lead, paste0("`", names, "`", collapse = ", "))
    told <- c(words("it does not take ", unknown), words("it needs ", lacking))
    anops$refused("`", task$fn, "` can't take these parameters: ", paste(told, collapse = "; "), ".")
  }
  params
}

anops$escape <- function(text) {
  text <- enc2utf8(as.character(text))
  if (!any(grepl("[\\\\\t\n]", text))) return(text)
  text <- gsub("\\", "\\\\", text, fixed = TRUE)
  text <- gsub("\t", "\\t", text, fixed = TRUE)
  gsub("\n", "\\n", text, fixed = TRUE)
}

anops$line <- function(...) paste(anops$escape(c(...)), collapse = "\t")

anops$send <- function(lines, body = raw()) {
  head <- charToRaw(enc2utf8(paste(lines, collapse = "\n")))
  writeBin(c(writeBin(c(length(head), length(body)), raw(), endian = "little"), head, body), anops$answers)
  flush(anops$answers)
}

# Texts as UTF-8, which those of a file are where nobody said so: R would write others as "<e9>".
anops$texts <- function(name, values) {
  other <- Encoding(values) == "latin1" | isTRUE(l10n_info()[["Latin-1"]])
  values[other] <- enc2utf8(values[other])
  wrong <- which(!is.na(values) & !validUTF8(values))
  if (length(wrong)) {
    anops$refused(
      "Output `", name, "` has a text that is not UTF-8, in position ", wrong[1L],
      ": convert it, such as iconv(x, \"latin1\", \"UTF-8\")."
    )
  }
  values
}

# A column as bytes, and the letter of its type.
anops$column <- function(name, values) {
  if (inherits(values, "Date")) return(list("D", writeBin(as.double(values), raw(), endian = "little")))
  if (inherits(values, "POSIXt")) {
    return(list("P", writeBin(as.double(as.POSIXct(values)), raw(), endian = "little")))
  }
  if (is.factor(values)) values <- as.character(values)
  if (inherits(values, "difftime")) {
    anops$refused(
      "Output `", name, "` is a difftime, whose unit may be another in each run: return a number of one unit, such as ",
      "as.numeric(x, units = \"hours\")."
    )
  }
  if (inherits(values, "integer64")) {
    bits <- unclass(values) # the bits of a whole number; its NA are those of -0
    return(list("q", c(writeBin(as.vector(bits), raw(), endian = "little"), as.raw(bits == 0 & 1 / bits < 0))))
  }
  if (is.double(values)) return(list("d", writeBin(as.double(values), raw(), endian = "little")))
  if (is.integer(values)) return(list("i", writeBin(as.integer(values), raw(), endian = "little")))
  if (is.logical(values)) return(list("l", as.raw(ifelse(is.na(values), 2L, as.integer(values)))))
  if (is.character(values)) {
    values <- anops$texts(name, values)
    texts <- lapply(values, function(text) if (is.na(text)) raw() else charToRaw(text))
    sizes <- ifelse(is.na(values), -1L, lengths(texts))
    return(list("s", c(writeBin(as.integer(sizes), raw(), endian = "little"), unlist(texts))))
  }
  anops$refused(
    "Output `", name, "` must hold only numbers, texts, dates, or true and false, not ", class(values)[1L], "."
  )
}

anops$is_scalar <- function(value) is.atomic(value) && length(value) == 1L && is.null(dim(value))

anops$differ <- function(names, what) {
  twice <- unique(names[duplicated(names)])
  if (length(twice)) anops$refused(what, " must have names that differ; there are two `", twice[1L], "`.")
}

# The columns of a table: those that have columns themselves one by one, and the names of the rows before them all.
anops$columns <- function(value) {
  rows <- if (is.matrix(value)) rownames(value) else if (is.character(attr(value, "row.names"))) rownames(value)
  table <- as.data.frame(value, stringsAsFactors = FALSE)
  flat <- function(name, column) {
    named <- stats::setNames(list(column), name)
    if (is.null(dim(column))) named else as.list(do.call(data.frame, c(named, check.names = FALSE)))
  }
  columns <- do.call(c, unname(Map(flat, names(table), table)))
  if (!is.null(rows) && !"row" %in% names(columns)) c(list(row = rows), columns) else columns
}

# What is nearly a number, a vector or a table, as that.
anops$plain <- function(value) {
  if (is.null(value)) return(NA)
  if (inherits(value, "POSIXlt")) return(as.POSIXct(value))
  if (inherits(value, "table")) return(as.data.frame(value, stringsAsFactors = FALSE))
  if (length(dim(value)) == 1L) stats::setNames(as.vector(value), names(value)) else value
}

anops$outputs <- function(made, wanted) {
  named <- !is.null(names(made)) && all(nzchar(names(made)))
  outputs <- if (is.data.frame(made) || !is.null(dim(made))) {
    list(value = made)
  } else if (is.list(made) && named) {
    made
  } else if (is.atomic(made) && named) {
    as.list(made)
  } else {
    list(value = made)
  }
  anops$differ(names(outputs), "The outputs")
  if (length(wanted)) {
    lacking <- setdiff(wanted, names(outputs))
    if (length(lacking)) {
      anops$refused(
        "The function returned no output ", paste(lacking, collapse = ", "), "; it returned ",
        paste(names(outputs), collapse = ", "), "."
      )
    }
    outputs <- outputs[wanted]
  }
  outputs
}

anops$encoded <- function(made, wanted) {
  if (is.double(made) && length(made) == 1L && is.null(attributes(made)) && !length(wanted)) {
    return(list("S\tvalue\t\td\t1", writeBin(made, raw(), endian = "little")))
  }
  lines <- character()
  bodies <- list()
  add <- function(kind, name, column, values) {
    packed <- anops$column(if (nzchar(column)) paste0(name, ".", column) else name, values)
    lines[length(lines) + 1L] <<- anops$line(kind, name, column, packed[[1L]], length(values))
    bodies[[length(bodies) + 1L]] <<- packed[[2L]]
  }
  outputs <- anops$outputs(made, wanted)
  for (name in names(outputs)) {
    value <- anops$plain(outputs[[name]])
    if (is.double(value) && length(value) == 1L && is.null(attributes(value))) {
      lines[length(lines) + 1L] <- paste0("S\t", anops$escape(name), "\t\td\t1")
      bodies[[length(bodies) + 1L]] <- writeBin(value, raw(), endian = "little")
    } else if (anops$is_scalar(value)) {
      add("S", name, "", unname(value))
    } else if (is.data.frame(value) || is.matrix(value)) {
      columns <- anops$columns(value)
      anops$differ(names(columns), paste0("The columns of output `", name, "`"))
      for (column in names(columns)) add("T", name, column, columns[[column]])
    } else if (is.atomic(value) && is.null(dim(value))) {
      if (!is.null(names(value))) add("T", name, "name", names(value))
      add("T", name, "value", unname(value))
    } else {
      anops$refused(
        "Output `", name, "` must be a number, a text or a table (a data frame, a matrix), not ", class(value)[1L], "."
      )
    }
  }
  list(lines, unlist(bodies))
}

# The last of the calls that stands in the person's file.
anops$where <- function(calls, file) {
  for (call in rev(calls)) {
    reference <- attr(call, "srcref")
    known <- if (is.null(reference)) NULL else attr(reference, "srcfile")$filename
    if (!is.null(known) && basename(known) == basename(file)) return(sprintf("%s, line %d", file, reference[1L]))
  }
  ""
}

anops$do <- function(task) {
  started <- as.double(Sys.time())
  clock <- proc.time()[["elapsed"]]
  trace <- where <- ""
  lines <- tryCatch(
    withCallingHandlers(
      {
        setwd(anops$folder) # wherever the run before has gone
        code <- anops$find(task$file, task$name)
        arguments <- anops$arguments(code, task)
        assign(".Random.seed", c(10407L, task$stream), envir = globalenv())
        clock <- as.double(Sys.time())
        made <- do.call(task$name, arguments, envir = code)
        seconds <- as.double(Sys.time()) - clock
        encoded <- anops$encoded(made, task$outputs)
        list(
          c(sprintf("ok\t%s\t%.9f\t%.3f", task$n, seconds, started), encoded[[1L]]),
          encoded[[2L]]
        )
      },
      error = function(e) {
        if (inherits(e, "anops_refused")) return()
        calls <- sys.calls()
        where <<- anops$where(calls, task$file)
        own <- which(vapply(calls, function(call) identical(call[[1L]], quote(do.call)), TRUE))
        shown <- utils::tail(utils::head(calls, -2L), -max(own, 0L))
        trace <<- paste(vapply(shown, function(call) substr(deparse(call)[1L], 1L, 200L), ""), collapse = "\n")
      }
    ),
    error = function(e) {
      call <- conditionCall(e)
      said <- conditionMessage(e)
      if (!is.null(call)) said <- paste0("Error in ", substr(deparse(call)[1L], 1L, 200L), ": ", said)
      list(c(
        anops$line("failed", task$n, sprintf("%.9f", as.double(Sys.time()) - started), sprintf("%.3f", started)),
        anops$line("message", said), anops$line("where", where), anops$line("trace", trace),
        if (inherits(e, "anops_not_there")) anops$line("there", e$there)
      ), raw())
    }
  )
  anops$send(lines[[1L]], lines[[2L]])
}

anops$main <- function() {
  files <- commandArgs(trailingOnly = TRUE)
  requests <- file(paste0("/dev/fd/", files[1L]), "rb", raw = TRUE)
  anops$answers <- file(paste0("/dev/fd/", files[2L]), "wb", raw = TRUE)
  anops$folder <- getwd()
  options(warn = 1, keep.source = TRUE)
  RNGkind("L'Ecuyer-CMRG", "Inversion", "Rejection")
  anops$send(anops$line("ready", paste("R", getRversion())))
  while (length(line <- readLines(requests, n = 1L, warn = FALSE, encoding = "UTF-8"))) {
    anops$do(eval(str2lang(line)))
  }
}

anops$main()
