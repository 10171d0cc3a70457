library(testthat)
library(anops)

test_check("anops")
