-- What wrk runs: sends different bodies in turn, and says what came of it as one line of JSON.
-- Arguments: PATH FOLDER COUNT CONNECTION. FOLDER holds the bodies as files 0, 1, 2, ...

local requests = {}
local turn = 0

function init(arguments)
  local path, folder, count, connection = arguments[1], arguments[2], tonumber(arguments[3]), arguments[4]
  local headers = { ["Content-Type"] = "application/json", ["Connection"] = connection }
  for number = 0, count - 1 do
    local file = assert(io.open(folder .. "/" .. number, "rb"))
    requests[number] = wrk.format("POST", path, headers, file:read("*a"))
    file:close()
  end
end

function request()
  local chosen = requests[turn]
  turn = (turn + 1) % (#requests + 1)
  return chosen
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "microseconds": %d, "p50_us": %d, "p99_us": %d, "errors": %d, "refused": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.timeout, errors.status
  ))
end
