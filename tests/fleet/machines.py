# SPDX-License-Identifier: GPL-2.0

"""machines.py PORT COUNT [SPEED] < METRICS: many machines on one port, at /m0/metrics, /m1/metrics and so on.

Each has the series of METRICS, what the program says of a recorded table. Its counters grow by so much each second, SPEED
times if that is given; every second machine has another kernel, and wakes threads twice as late.
"""

import http.server
import re
import socketserver
import sys
import time

STARTED = time.time()
LINE = re.compile(r"^(\w+)(\{.*\})? (\S+)$")


class Template:
    """The lines of a page: text, or the beginning of a line and what it grows by in a second."""

    def __init__(self, text, late):
        self.parts = []
        before = {}
        for line in text.splitlines():
            match = LINE.match(line)
            if not match:
                self.parts.append((line, None))
                continue
            name, labels, value = match.groups()
            number = float(value)
            if name.endswith("_bucket"):
                # Twice as late is the bucket of the next power of two.
                series = re.sub(r',?le="[^"]*"', "", labels)
                shifted = before.get(series, 0) if late and "+Inf" not in labels else number
                before[series] = number
                number = shifted
            elif name.endswith("lateness_seconds_sum") and late:
                number *= 2
            grows = re.search(r"_(total|bucket|sum|count)$", name)
            if name == "kthread_counter_build_info":
                line = re.sub('kernel="[^"]*"', f'kernel="{"late" if late else "early"}"', line)
            self.parts.append((f"{name}{labels or ''}", number) if grows else (line, None))

    def page(self, seconds):
        lines = [text if value is None else f"{text} {value * seconds}" for text, value in self.parts]
        return "\n".join(lines) + "\n"


class Machines(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        number = int(re.match(r"/m(\d+)/", self.path).group(1))
        page = TEMPLATES[number % 2].page(int((time.time() - STARTED) * SPEED) + number).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 1024

    def handle_error(self, request, client_address):
        """Prometheus hangs up when it ends."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


if __name__ == "__main__":
    text = sys.stdin.read()
    SPEED = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    TEMPLATES = [Template(text, late) for late in (False, True)]
    Server(("127.0.0.1", int(sys.argv[1])), Machines).serve_forever()
