# Example rows in a CSV file, for models that do not say what they need.

#' Read example rows
#'
#' Commas, semicolons and tabs separate; row names, as `write.csv()` adds them,
#' are left out.
#'
#' @param path A CSV file with a header, in UTF-8, or `NULL`.
#' @return A data frame of texts, names kept as they are, or `NULL`; its
#'   attribute `decimal` is the decimal mark. An empty cell is missing, and NA
#'   is still a text: only the columns of the model tell what it is.
#' @noRd
read_example <- function(path) {
  if (is.null(path)) {
    return(NULL)
  }
  file <- basename(path)
  start <- example_start(path)
  separator <- separator_of(start[1])
  data <- if (length(start) > 1) {
    run_user_code(
      utils::read.table(
        path,
        header = TRUE, sep = separator, quote = "\"", fill = TRUE,
        comment.char = "", check.names = FALSE, colClasses = "character",
        na.strings = "", fileEncoding = "UTF-8-BOM", row.names = NULL
      ),
      "MODEL_LOAD", paste0("Can't read `", file, "` as CSV"),
      remedy = "Give a table with the columns' names in its first line."
    )
  }
  if (NROW(data) == 0) {
    abort(
      "MODEL_LOAD", "Can't use `", file, "`: it has no rows.",
      remedy = "Add a few example rows below the columns' names."
    )
  }
  if (length(data) > 1 && names(data)[1] %in% c("", "row.names")) {
    data <- data[-1]
  }
  if (anyDuplicated(names(data)) || any(!nzchar(names(data)))) {
    abort(
      "MODEL_LOAD", "Can't read `", file, "` as CSV: each column must have a ",
      "name of its own.",
      remedy = "Fix the first line of the file."
    )
  }
  comma <- separator == ";" && any(grepl("(^|;)\"?-?[0-9]+,[0-9]+", start))
  structure(data, decimal = if (comma) "," else ".", file = file)
}

#' Read the first lines of example rows, and refuse what is no text
#' @noRd
example_start <- function(path) {
  if (!file.exists(path)) {
    abort("MODEL_LOAD", "Can't find the example rows `", path, "`.")
  }
  # not readLines(), which would look into compressed files
  bytes <- readBin(path, "raw", min(file.size(path), 1e5))
  if (!any(bytes == 0)) {
    lines <- strsplit(rawToChar(bytes), "\r?\n", useBytes = TRUE)[[1]]
    # where the reading ends, a letter may be cut
    whole <- if (length(bytes) < 1e5) lines else utils::head(lines, -1)
    Encoding(whole) <- "UTF-8"
  }
  if (any(bytes == 0) || !all(validUTF8(whole))) {
    abort(
      "MODEL_LOAD", "Can't read `", basename(path), "` as CSV: it is not text ",
      "in UTF-8.",
      remedy = paste(
        "Save the example rows as CSV: write.csv(rows, \"rows.csv\",",
        "row.names = FALSE, fileEncoding = \"UTF-8\")."
      )
    )
  }
  whole
}

separator_of <- function(header) {
  header <- if (is.na(header)) "" else header
  candidates <- c(",", ";", "\t")
  counts <- vapply(candidates, function(mark) {
    sum(strsplit(header, "")[[1]] %in% mark)
  }, 0L)
  candidates[which.max(counts)]
}

#' Give the texts of example rows their types
#'
#' NA is the level of that name where a column has one, else missing. A column
#' with codes such as 007, which are no numbers, stays text.
#'
#' @param example What `read_example()` returned.
#' @param inputs The columns of the model, where it says so: the values of a
#'   category stay as they are written.
#' @noRd
typed_example <- function(example, inputs = NULL) {
  if (is.null(example)) {
    return(NULL)
  }
  columns <- lapply(names(example), function(name) {
    column <- example[[name]]
    spec <- inputs[[name]]
    if (!"NA" %in% spec$levels) {
      column[column %in% "NA"] <- NA
    }
    if (isTRUE(spec$type %in% c("category", "string")) ||
          (is.null(spec) && has_codes(column))) {
      return(column)
    }
    read_moments(utils::type.convert(
      column, as.is = TRUE, na.strings = character(),
      dec = attr(example, "decimal")
    ))
  })
  as_frame(columns, names(example), nrow(example))
}

#' Say whether a column holds codes, of which a leading zero is a part
#' @noRd
has_codes <- function(column) {
  any(grepl("^[0-9]+$", column)) && any(grepl("^0[0-9]", column))
}

#' Call the columns of example rows as the model does
#'
#' Readers of CSV drop blanks around a name, also those that belong to it.
#' @noRd
named_like <- function(example, wanted) {
  for (name in setdiff(wanted, names(example))) {
    same <- which(
      trimws(names(example)) == trimws(name) & !names(example) %in% wanted
    )
    if (length(same) != 1) {
      # data.frame() makes `big.city` of `big city`
      same <- which(
        make.names(names(example)) == name & !names(example) %in% wanted
      )
      if (length(same) == 1) {
        attr(example, "made_names") <- c(
          attr(example, "made_names"),
          stats::setNames(names(example)[same], name)
        )
      }
    }
    if (length(same) == 1) names(example)[same] <- name
  }
  example
}

#' Tell of columns that the fit knew by the names that R had made of others
#' @noRd
made_names_note <- function(given) {
  made <- attr(given, "made_names")
  if (length(made)) {
    paste0(
      "The fit had ", listed(names(made)), " for ", listed(unname(made)),
      " of `", attr(given, "file"), "`, as data.frame() and read.csv() name ",
      "columns: requests have the names of the fit."
    )
  }
}

#' Say where NA was taken as missing although it may be a text
#' @noRd
missing_texts_note <- function(example, typed, inputs) {
  names <- Filter(function(name) {
    text <- example[[name]] %in% "NA"
    is.character(typed[[name]]) && any(text) && any(!is.na(typed[[name]])) &&
      is.null(inputs[[name]]$levels)
  }, names(typed))
  vapply(names, function(name) {
    rows <- which(example[[name]] %in% "NA")
    paste0(
      "Column `", name, "`: NA in row ", rows[1],
      if (length(rows) > 1) paste(" and", length(rows) - 1, "more"),
      " of the example rows was read as missing. If NA is one of its levels, ",
      "name it in the levels of ao.toml."
    )
  }, "", USE.NAMES = FALSE)
}

#' Refuse example rows that do not fit the model
#'
#' @param example What `read_example()` returned.
#' @param typed What `typed_example()` made of it.
#' @noRd
check_example <- function(example, typed, inputs, target) {
  if (is.null(example)) {
    return(invisible())
  }
  check_target(example, target)
  what <- paste0("Can't match `", attr(example, "file"), "` with the model: ")
  lacking <- setdiff(names(inputs), names(example))
  if (length(lacking)) {
    abort(
      "MODEL_LOAD", what, "it lacks ", listed(lacking),
      "; its columns are ", listed(names(example)), ".",
      remedy = "Give rows with all columns that the model was fitted on."
    )
  }
  for (name in names(inputs)) {
    wanted <- inputs[[name]]$type
    broken <- misfits(example[[name]], typed[[name]], wanted)
    if (length(broken)) {
      abort(
        "MODEL_LOAD", what, "column `", name, "` must be ", kinds[[wanted]],
        "; row ", broken[1], " is \"", example[[name]][broken[1]], "\".",
        remedy = paste0("Fix column `", name, "` of the file.")
      )
    }
  }
}

#' Find the rows whose text is not of a type
#' @noRd
misfits <- function(texts, typed, type) {
  if (!is.character(typed) || !type %in% names(kinds)) {
    return(integer())
  }
  fits <- vapply(typed, function(text) {
    if (type == "boolean") {
      return(!is.na(as.logical(text)))
    }
    value <- read_moments(text)
    !is.character(utils::type.convert(value, as.is = TRUE))
  }, logical(1))
  which(!is.na(texts) & !fits)
}

kinds <- c(
  number = "numbers", integer = "whole numbers", boolean = "TRUE or FALSE",
  date = "dates, such as 2026-01-31",
  datetime = "times, such as 2026-01-31T12:00:00Z"
)

listed <- function(names, most = 8L) {
  shown <- paste0("`", utils::head(names, most), "`", collapse = ", ")
  more <- length(names) - most
  if (more > 0) paste(shown, "and", more, "more") else shown
}

check_target <- function(example, target) {
  if (!is.null(target) && !target %in% names(example)) {
    abort(
      "MODEL_LOAD", "Can't find the target `", target, "` in the example ",
      "rows: their columns are ", listed(names(example)), ".",
      remedy = paste(
        "Name the column that the model predicts, or leave out --target."
      )
    )
  }
}

read_moments <- function(column) {
  if (!is.character(column) || all(is.na(column))) {
    return(column)
  }
  texts <- column[!is.na(column)]
  day <- "[0-9]{4}-[0-9]{2}-[0-9]{2}"
  if (all(grepl(paste0("^", day, "$"), texts))) {
    return(quietly(as.Date(column)) %||% column)
  }
  time <- paste0("^", day, "[T ][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?Z?$")
  if (all(grepl(time, texts))) {
    text <- sub("Z$", "", sub("T", " ", column))
    return(quietly(as.POSIXct(text, tz = "UTC")) %||% column)
  }
  column
}

#' Take the columns of example rows as inputs, without the one predicted
#' @noRd
example_inputs <- function(example, target) {
  check_target(example, target)
  names <- setdiff(names(example), target)
  specs <- lapply(names, function(name) example_spec(example[[name]], name))
  stats::setNames(specs, names)
}

example_spec <- function(column, name) {
  different <- length(unique(column))
  free <- is.character(column) && different > 50 &&
    different > length(column) / 2
  if (free || all(is.na(column))) {
    list(type = "string")
  } else {
    column_spec(column, name)
  }
}
