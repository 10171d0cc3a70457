#!/usr/bin/env bash
# Debian 12's ranger 0.14.1, e1071 1.7-13 and randomForest 4.7-1.1 (R 4.2.2), each fitted on a factor with levels a, b, c.
# Expected: a new row is answered by the name of its level, whatever other levels its factor has, as by lm() and rpart().
# Seen: ranger and svm() read the codes of the new factor: a request of one row, "c", whose factor has just that level,
# is answered by ranger as "a", without a word; svm() and randomForest refuse it, ranger and svm() swap levels that come
# in another order. A text column is right with ranger and svm() while all levels are in it.
# For AnOps: a factor reaches R with the levels of the fit, in their order.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
cd "$place"
apt-get download -qq r-cran-ranger=0.14.1-1 r-cran-rcpp=1.0.10-1 r-cran-rcppeigen=0.3.3.9.3-1 r-cran-e1071=1.7-13-1 \
    r-cran-class=7.3-21-1 r-cran-proxy=0.4-27-1 r-cran-randomforest=4.7-1.1-1 >/dev/null
for each in *.deb; do dpkg-deb --extract "$each" there; done
R_LIBS="$place/there/usr/lib/R/site-library:$place/there/usr/lib/R/library" Rscript --vanilla - <<'R'
stopifnot(packageVersion("ranger") == "0.14.1", packageVersion("e1071") == "1.7.13", packageVersion("randomForest") == "4.7.1.1")
set.seed(1)
fit_on <- data.frame(g = factor(rep(c("a", "b", "c"), 100)), x = rnorm(300))
fit_on$y <- c(a = 0, b = 5, c = 9)[as.character(fit_on$g)] + fit_on$x
models <- list(
  lm = lm(y ~ g + x, fit_on), ranger = ranger::ranger(y ~ g + x, fit_on),
  svm = e1071::svm(y ~ g + x, fit_on), randomForest = randomForest::randomForest(y ~ g + x, fit_on)
)
ask <- function(name, g) {
  answer <- tryCatch(predict(models[[name]], data.frame(g = g, x = 0)), error = function(e) NA)
  round(unname(if (is.list(answer)) answer$predictions else answer))
}
seen <- lapply(names(models), function(name) {
  list(right = ask(name, factor(c("a", "b", "c"))), alone = ask(name, factor("c")),
       turned = ask(name, factor(c("a", "b", "c"), levels = c("c", "b", "a"))))
})
names(seen) <- names(models)
for (name in names(seen)) {
  cat(sprintf("%s: a, b, c: %s; c alone: %s; a, b, c with levels c, b, a: %s\n", name,
              toString(seen[[name]]$right), toString(seen[[name]]$alone), toString(seen[[name]]$turned)))
}
stopifnot(
  seen$lm$alone == 9, seen$lm$turned == c(0, 5, 9), seen$randomForest$turned == c(0, 5, 9), is.na(seen$randomForest$alone),
  seen$ranger$right == c(0, 5, 9), seen$ranger$alone == 0, seen$ranger$turned == c(9, 5, 0),
  seen$svm$turned == rev(seen$svm$right), is.na(seen$svm$alone)
)
R
