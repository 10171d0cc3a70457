library(testthat)
library(anopsruntime)

test_check("anopsruntime")
