#!/usr/bin/env python
"""Ask the site whether it is well: healthcheck.py [ADDRESS], the /healthz of this machine without one.

For the containers: the request names a host that ALLOWED_HOSTS lets in and says that it came by HTTPS, as the
proxy in front would. Status 1 where the answer is not 200.
"""

import os
import sys
from urllib.request import Request, urlopen


def main() -> int:
    """Ask once, at most ten seconds."""
    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000/healthz"
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    headers = {"Host": "localhost" if host == "*" else host, "X-Forwarded-Proto": "https"}
    try:
        with urlopen(Request(address, headers=headers), timeout=10):
            return 0
    except OSError as error:
        print(f"{address}: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
