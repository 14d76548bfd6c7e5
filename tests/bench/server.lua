-- What wrk (github.com/wg/wrk) asks a server: the paths of a file, line after line, over all connections of its thread; in the end
-- the figures as one line of JSON.
--
--   wrk -t1 -c8 -d30s -s tests/bench/server.lua http://127.0.0.1:8787 -- FILE [HEADER VALUE]...

local requests, at = {}, 0

function init(args)
  for place = 2, #args - 1, 2 do wrk.headers[args[place]] = args[place + 1] end
  for path in io.lines(args[1]) do requests[#requests + 1] = wrk.format('GET', path) end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"seconds":%.3f,"answers":%d,"bytes":%d,"per_second":%.1f,"p50_ms":%.3f,"p99_ms":%.3f,"p999_ms":%.3f,"most_ms":%.3f,' ..
    '"errors":{"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}}\n',
    summary.duration / 1e6, summary.requests, summary.bytes, summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency:percentile(99.9) / 1e3, latency.max / 1e3,
    errors.connect, errors.read, errors.write, errors.status, errors.timeout))
end
