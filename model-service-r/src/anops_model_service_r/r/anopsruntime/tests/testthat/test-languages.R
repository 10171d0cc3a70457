days <- data.frame(day = as.Date("2026-01-05") + 0:399)
days$y <- as.POSIXlt(days$day)$wday

# A fit as it would come from a session in another language.
named_in <- function(names) {
  words <- names[as.POSIXlt(days$day)$wday + 1]
  fit <- lm(y ~ weekdays(day), days)
  fit$xlevels[[1]] <- sort(unique(words))
  environment(fit$terms) <- globalenv()
  fit
}

test_that("names of days are those of the fit, whatever is spoken here", {
  withr::local_locale(LC_TIME = Sys.getlocale("LC_TIME"))
  other <- setdiff(installed_locales(), c("C.utf8", "C.UTF-8"))
  for (locale in c("C", utils::head(other, 1))) {
    fit <- withr::with_locale(c(LC_TIME = locale), lm(y ~ weekdays(day), days))
    file <- saved(fit)
    for (spoken in c("C", utils::head(other, 1))) {
      Sys.setlocale("LC_TIME", spoken)
      loaded <- load_project(file, NULL)
      answer <- predict_rows(loaded, data.frame(day = as.Date("2026-03-04")))
      expect_equal(answer$prediction, 3)
    }
  }
})

test_that("a language that is not there is refused with what to install", {
  withr::local_locale(LC_TIME = "C")
  strange <- c("Dom", "Lun", "Mar", "Mer", "Gio", "Ven", "Sab")
  fit <- named_in(paste0(strange, "ixx"))
  refused <- problem(load_project(saved(fit), NULL))
  expect_match(refused$message, "`Domixx`, `Gioixx`")
  expect_match(refused$message, "LC_TIME")
  expect_match(refused$remedy, "locales-all")
  compared <- lm(y ~ I(weekdays(day) == "Domixx"), days)
  expect_match(problem(load_project(saved(compared), NULL))$message, "`Domixx`")
})

test_that("what is no name needs no language", {
  withr::local_locale(LC_TIME = "C")
  for (formula in list(
    y ~ format(day, "%u"), y ~ factor(as.POSIXlt(day)$wday), y ~ day,
    y ~ I(weekdays(day) %in% weekdays(as.Date("2026-03-01") + 0:1))
  )) {
    expect_no_error(load_project(saved(lm(formula, days)), NULL))
  }
})

test_that("a day that the formula keeps of a time is told to be a guess", {
  fit <- lm(y ~ factor(as.POSIXlt(day)$wday), days)
  fit$call$data <- NULL
  described <- describe_source(saved(fit), NULL, NULL, NULL)
  expect_identical(described$inputs$day$type, "date")
  expect_match(
    unlist(described$notes), "type = \"datetime\", timezone", all = FALSE
  )
})
