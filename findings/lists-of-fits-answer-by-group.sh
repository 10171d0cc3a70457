#!/usr/bin/env bash
# Debian 12's nlme 3.1-162 (R 4.2.2): predict() of an lmList, one lm() for each group, for rows of several groups.
# Expected: an answer for each row, in the order of the rows, as predict() of lm(), lme() and gls() gives.
# Seen: the answers of a group stand together, in the order in which groups first appear: asked for M03, F01, M03, F02 it
# answers M03, M03, F01, F02. There are as many answers as rows, so nothing tells but their names; with se.fit = TRUE
# the data frame is regrouped likewise, and its row names are 1 to 4.
# For AnOps: the answers of an lmList are put back into the order of the rows.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
cd "$place"
apt-get download -qq r-cran-nlme=3.1.162-1 r-cran-lattice=0.20-45-3 >/dev/null
for each in *.deb; do dpkg-deb --extract "$each" there; done
R_LIBS="$place/there/usr/lib/R/library:$place/there/usr/lib/R/site-library" Rscript --vanilla - <<'R'
library(nlme, lib.loc = strsplit(Sys.getenv("R_LIBS"), ":")[[1]])
stopifnot(packageVersion("nlme") == "3.1.162")
fits <- lmList(distance ~ age | Subject, data = Orthodont)
rows <- data.frame(Subject = c("M03", "F01", "M03", "F02"), age = c(8, 10, 12, 9))
together <- predict(fits, newdata = rows)
alone <- vapply(seq_len(nrow(rows)), function(i) unname(predict(fits, newdata = rows[i, ])), 0)
cat("rows:     ", rows$Subject, "\n")
cat("together: ", names(together), " ", format(together), "\n")
cat("each row: ", rows$Subject, " ", format(alone), "\n")
framed <- predict(fits, newdata = rows, se.fit = TRUE)
cat("se.fit:   ", as.character(framed$Subject), " row names", rownames(framed), "\n")
stopifnot(identical(names(together), c("M03", "M03", "F01", "F02")), all.equal(alone, c(22, 21, 25, 21.4)),
          identical(rownames(framed), as.character(1:4)), as.character(framed$Subject)[2] == "M03")
R
