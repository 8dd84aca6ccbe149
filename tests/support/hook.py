"""A web server on loopback that takes messages."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer


class Hook:
    """A web server on loopback that keeps what it is sent, or refuses it."""

    def __init__(self) -> None:
        self.taken: list[dict] = []
        self.refuses = False
        hook = self

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if not hook.refuses:
                    hook.taken.append(json.loads(body))
                self.send_response(503 if hook.refuses else 200)
                self.end_headers()

            def log_message(self, *_) -> None:
                return

        self.server = HTTPServer(("127.0.0.1", 0), Answer)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.server.server_port}/hook"
