test_that("models of rms have no options of the classes that they build on", {
  for (classes in list(
    c("lrm", "rms", "glm"), c("ols", "rms", "lm"), c("cph", "rms", "coxph")
  )) {
    thing <- structure(list(), class = classes)
    expect_length(model_options(thing), 0)
    expect_match(model_notes(thing), paste0(classes[1], ": .* predictors"))
  }
})
