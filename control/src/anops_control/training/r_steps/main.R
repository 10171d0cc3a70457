# Does the steps of a training workflow in the project's own R: it needs no package.
#
# It is run by its path, with the file of the plan. Requests come as lines on standard input; a step's answer is a JSON
# file, and a line on standard output says that it is there. `--debug` does all steps in one go, with R's browser.

anops <- new.env()

anops$steps <- c("load_data", "split_data", "build_pipeline", "train_model", "evaluate", "save_model")

local({
  for (part in c("values", "failures", "workflow", "kept", "results", "answering")) {
    source(file.path(Sys.getenv("ANOPS_TRAINING_STEPS"), paste0(part, ".R")), encoding = "UTF-8")
  }
})

anops$plan <- source(Sys.getenv("ANOPS_TRAINING_PLAN"), encoding = "UTF-8")$value
options(keep.source = TRUE, warn = 1L)
if (nzchar(Sys.getenv("ANOPS_TRAINING_DEBUG"))) anops$debug() else anops$serve()
