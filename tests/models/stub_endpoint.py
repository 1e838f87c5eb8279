"""A local OpenAI-compatible endpoint that does as it is told: answers well, badly, late or not at all."""

import json
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def said(content, finish="stop", tokens=(100, 10), **message):
    """A completion with this content."""
    usage = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)} if tokens else None
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content, **message}}
    body = {"id": "x", "object": "chat.completion", "created": 0, "model": "stub", "choices": [choice], "usage": usage}
    return 200, {}, json.dumps(body)


def refused(status, message, headers=None, **error):
    """An error as OpenAI words it."""
    return status, headers or {}, json.dumps({"error": {"message": message, "type": "stub", **error}})


def late(seconds, reply):
    """A reply after a while."""
    return lambda request: (time.sleep(seconds), reply)[1]


def dropped(request):
    """No reply: the connection is reset."""


class Stub:
    """Answers requests by a list of replies, the last again and again; a reply is (status, headers, body) or a function of the request.

    ``requests`` holds what came: the JSON body, with the headers under ``headers``.
    """

    def __init__(self):
        self.replies = [said("{}")]
        self.requests = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}/v1"

    def reply(self, *replies):
        self.replies = list(replies)

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def _next(self, request):
        self.requests.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        return reply(request) if callable(reply) else reply

    def _handler(stub):  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 1 << 16  # one packet a reply; unbuffered, each header waits for its acknowledgement
            disable_nagle_algorithm = True

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                reply = stub._next({**body, "path": self.path, "headers": {k.lower(): v for k, v in self.headers.items()}})
                if reply is None:
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    self.connection.close()
                    self.close_connection = True
                    return
                status, headers, text = reply
                data = text.encode()
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **headers, "Content-Length": str(len(data))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *arguments):
                pass

        return Handler
