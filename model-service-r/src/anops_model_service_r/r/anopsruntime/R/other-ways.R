# Models whose own package has no predict() for them: what else predicts.

#' Find the installed packages that make objects of some classes: they have
#' other methods for them
#' @noRd
makers_of <- function(classes) {
  generics <- c("print", "summary", "fitted", "coef", "plot")
  in_namespaces(function(info) {
    methods <- info$S3methods
    # others, such as broom, have methods for the classes of many
    sum(methods[, 1] %in% generics & methods[, 2] %in% classes) > 1
  })
}

#' Name another way to fit or save what predicts, of classes without predict()
#' @noRd
other_way <- function(classes, model) {
  known <- intersect(
    classes, c("survfitcox", "survfit", "aareg", "lts", "clmm")
  )
  if (length(known)) switch(known[1],
    survfitcox = paste(
      "Save what coxph() gave, instead of its survfit(): asked with type =",
      "\"survival\", it answers with survival at the `times` of a request."
    ),
    survfit = paste0(
      "Fit it with prodlim() of the package prodlim, which predicts: prodlim(",
      prodlim_formula(model), ", data = ...). It gives the same survival, at ",
      "the `times` of a request."
    ),
    aareg = paste(
      "Fit it with aalen() of the package timereg, which predicts: it gives",
      "survival at the `times` of a request."
    ),
    lts = paste(
      "Fit it with lmrob() of robustbase, by a formula: lmrob(y ~ x, data =",
      "...), which predicts."
    ),
    clmm = paste(
      "Write into a file model.R beside it: predict_model <- function(model,",
      "newdata, ...) { x <- model.matrix(delete.response(model$terms),",
      "newdata, xlev = model$xlevels, contrasts.arg = model$contrasts);",
      "link <- drop(x[, names(model$beta), drop = FALSE] %*% model$beta);",
      "below <- sapply(model$alpha, function(a)",
      "make.link(model$link)$linkinv(a - link));",
      "as.data.frame(t(apply(cbind(0, matrix(below, length(link)), 1),",
      "1, diff))) }, the probability of each class in a group without effect;",
      "then give it with --model model.R beside the other --model, and some",
      "rows with --data FILE.csv."
    )
  )
}

prodlim_formula <- function(model) {
  formula <- quietly(eval(model$call$formula, globalenv()))
  text <- if (inherits(formula, "formula")) call_text(formula)
  if (is.null(text)) "Hist(time, status) ~ group" else
    sub("^(survival::)?Surv\\(", "Hist(", text)
}

#' Say how a function of one's own is taken in
#' @noRd
own_way <- function(file) {
  paste0(
    "Write a function `predict_model(model, newdata, ...)`, which computes ",
    "the predictions, in model.R, and give both, with some rows: --model ",
    gsub("`", "", file), " --model model.R --data FILE.csv"
  )
}
