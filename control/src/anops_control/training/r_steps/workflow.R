# The functions of a workflow, and what each is called with.

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
    there <- if (length(registered)) paste0("The workflows are ", anops$words(names(registered)), ".") else NULL
    stop(anops$failure(sprintf("There is no workflow `%s` in %s.", wanted, plan$code), there))
  }
  if (is.null(wanted) && length(registered) > 1L) {
    named <- sprintf("%s registers %d workflows: %s.", plan$code, length(registered), anops$words(names(registered)))
    last <- utils::tail(names(registered), 1L)
    if (grepl("[^[:alnum:]_.-]", last)) last <- shQuote(last)
    stop(anops$failure(named, paste("Choose one: ao train --workflow", last)))
  }
  if (length(registered)) found <- registered[[if (is.null(wanted)) 1L else wanted]]
  lacking <- setdiff(anops$steps, c(names(found), "build_pipeline", "save_model"))
  if (length(lacking)) {
    stop(anops$failure(
      sprintf("%s has no function %s.", plan$code, anops$words(lacking)),
      paste0("Write ", if (length(lacking) > 1L) "them" else "it", " in ", plan$code, ".")
    ))
  }
  anops$functions <- found
  anops$made <- list()
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
