# What forecast() computes for an Arima, without what else it puts together:
# its arithmetic with ts takes ten times as long as the forecast.

#' Forecast an Arima of the package forecast
#'
#' As its forecast() does: drift goes on with the number of the step, and bounds
#' are taken back to the scale of the data, the mean with the fit's own bias
#' adjustment.
#' @inheritParams series_steps
#' @noRd
arima_steps <- function(model, horizon, future, levels) {
  if ("drift" %in% names(model$coef)) {
    drift <- cbind(drift = length(model$x) + seq_len(horizon))
    future <- if (is.null(future)) drift else cbind(drift, future)
  }
  more <- if (!is.null(future)) {
    # the call names what the fit had where it was made, if there
    model$call$xreg <- model$xreg
    list(newxreg = future)
  }
  found <- do.call(
    stats::predict, c(list(model, n.ahead = horizon, se.fit = TRUE), more)
  )
  se <- as.double(found$se)
  bounds <- normal_bounds(as.double(found$pred), se, levels)
  if (is.null(model$lambda)) {
    return(bounds)
  }
  back <- getExportedValue("forecast", "InvBoxCox")
  list(
    mean = back(bounds$mean, model$lambda, NULL, se^2),
    lower = back(bounds$lower, model$lambda, FALSE),
    upper = back(bounds$upper, model$lambda, FALSE)
  )
}
