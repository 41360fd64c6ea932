"""A line between the browser and the portal that can be cut: before a request arrives, or after it was served and before the answer does; or nobody is in."""

import socket
import socketserver
import threading
from collections import Counter
from collections.abc import Callable
from urllib.parse import urlsplit

PASS, BEFORE, AFTER, BUSY = "pass", "before", "after", "busy"
SORRY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/html\r\nRetry-After: 1\r\nContent-Length: 5\r\nConnection: close\r\n\r\nsorry"
Plan = Callable[[str, str], str]


class Line(socketserver.ThreadingTCPServer):
    """`base` is its address for browsers. `plan(method, path)` says what happens to a request; `cuts` counts what did."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, portal: str):
        super().__init__(("127.0.0.1", 0), Request)
        self.portal = (urlsplit(portal).hostname, urlsplit(portal).port)
        self.base = f"http://127.0.0.1:{self.server_address[1]}"
        self.plan: Plan = lambda method, path: PASS
        self.cuts: Counter[str] = Counter()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        """A browser that hangs up is what this is about."""


class Request(socketserver.BaseRequestHandler):
    """One request for each connection."""

    def handle(self) -> None:
        head, body = self.read(self.request)
        if not head:
            return
        method, path = head.split(b" ", 2)[:2]
        fate = self.server.plan(method.decode(), path.decode())
        self.server.cuts[fate] += 1
        if fate == BEFORE:
            return
        if fate == BUSY:  # what stands before the portal has none to hand the request to
            self.request.sendall(SORRY)
            return
        lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
        with socket.create_connection(self.server.portal, timeout=60) as onward:
            onward.sendall(b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body)
            answer = b"".join(iter(lambda: onward.recv(65536), b""))
        if fate == PASS:
            self.request.sendall(answer)

    def read(self, source: socket.socket) -> tuple[bytes, bytes]:
        """A request's head without its empty line, and its body."""
        data = b""
        while b"\r\n\r\n" not in data:
            part = source.recv(65536)
            if not part:
                return b"", b""
            data += part
        head, body = data.split(b"\r\n\r\n", 1)
        length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
        while len(body) < length:
            body += source.recv(65536)
        return head, body
