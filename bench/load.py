"""Load by wrk: as many requests as the server answers, over a number of connections."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass

CONNECTIONS = 16

# What wrk knows at the end, as one line of JSON; times in wrk are microseconds.
SUMMARY = """
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '\\n{"requests": %d, "seconds": %f, "refused": %d, "broken": %d, "p50_ms": %f, "p99_ms": %f, "max_ms": %f}\\n',
    summary.requests, summary.duration / 1e6, e.status, e.connect + e.read + e.write + e.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3))
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What came of one run: answers, of these `refused` neither 2xx nor 3xx; `broken` connections; times of answers."""

    requests: int
    seconds: float
    refused: int
    broken: int
    p50_ms: float
    p99_ms: float
    max_ms: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.requests / self.seconds


def wrk(
    url: str,
    *,
    seconds: int,
    script: str = "",
    connections: int = CONNECTIONS,
    headers: Mapping[str, str] | None = None,
) -> Load:
    """Ask `url` for so many seconds; `script` is Lua that may define `request()` (see wrk's SCRIPTING).

    One thread of wrk, so that the script has one state; requests under way at the end are not in the count.
    """
    if not shutil.which("wrk"):
        sys.exit('wrk is missing: eval "$(scripts/services.sh start)" installs it')
    options = [f"--header={name}: {value}" for name, value in (headers or {}).items()]
    options += ["--threads=1", f"--connections={connections}", f"--duration={seconds}s", "--timeout=20s"]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script + SUMMARY)
        file.flush()
        told = subprocess.run(
            ["wrk", *options, f"--script={file.name}", url], check=True, capture_output=True, text=True
        )
    return Load(**json.loads(told.stdout.splitlines()[-1]))
