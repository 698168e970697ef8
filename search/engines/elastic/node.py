"""HTTP for the Elasticsearch client: each request in one piece, on sockets that are reused.

The client's own connection writes head and body apart and wraps every response several times. That takes a third of a
millisecond more of each request, and a search is two.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections import deque
from io import BufferedReader
from typing import Any

import certifi
from elastic_transport import (
    ApiResponseMeta,
    BaseNode,
    ConnectionError,
    ConnectionTimeout,
    HttpHeaders,
    NodeConfig,
    TlsError,
    TransportError,
)
from elastic_transport._node import NodeApiResponse
from elastic_transport.client_utils import DEFAULT
from urllib3.util import wait_for_read

MOST_IDLE = 16
"""Idle sockets kept for each node."""

LONGEST_LINE = 65_536
"""Bytes of a status line or header."""

BROKEN = (OSError, ValueError, IndexError)
"""What reading raises for anything that is no complete response."""


class Socket:
    """A connection to a node, with a buffered reader of its responses."""

    def __init__(self, host: str, port: int, tls: ssl.SSLContext | None, seconds: float | None) -> None:
        self.socket = socket.create_connection((host, port), seconds)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_hostname=host)
        self.reader = self.socket.makefile("rb")

    def is_closed(self) -> bool:
        # Between requests the server sends nothing but the end of the connection.
        return wait_for_read(self.socket, 0)

    def close(self) -> None:
        self.reader.close()
        self.socket.close()


class DirectNode(BaseNode):
    """One server. Safe to share between threads: each request has a socket of its own."""

    _CLIENT_META_HTTP_CLIENT = ("dn", "1")

    def __init__(self, config: NodeConfig) -> None:
        super().__init__(config)
        self._idle: deque[Socket] = deque()
        self._tls = _tls_context() if self.scheme == "https" else None
        host = f"[{self.host}]" if ":" in self.host else self.host
        self._head = _lines({"host": f"{host}:{self.port}", **self.headers})

    def perform_request(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: HttpHeaders | None = None,
        request_timeout: Any = DEFAULT,
    ) -> NodeApiResponse:
        """Raises ConnectionTimeout, ConnectionError or TlsError."""
        begun = time.time()
        seconds = self.config.request_timeout if request_timeout is DEFAULT else request_timeout
        sent = {**(headers or {}), "content-length": str(len(body or b""))}
        line = f"{method} {self.path_prefix}{target} HTTP/1.1\r\n".encode("ascii")
        request = b"".join((line, self._head, _lines(sent), b"\r\n", body or b""))
        try:
            status, found, data = self._exchange(method, request, seconds)
        except BROKEN as problem:
            raise _translated(problem) from problem
        meta = ApiResponseMeta(
            node=self.config,
            duration=time.time() - begun,
            http_version="1.1",
            status=status,
            headers=HttpHeaders(found),
        )
        self._log_request(method, target, headers, body, meta=meta, response=data)
        return NodeApiResponse(meta, data)

    def _exchange(self, method: str, request: bytes, seconds: float | None) -> tuple[int, dict[str, str], bytes]:
        connection = self._connection(seconds)
        try:
            connection.socket.sendall(request)
            status, headers, data = read_response(connection.reader, method)
        except BaseException:
            connection.close()
            raise
        if headers.get("connection", "").lower() == "close" or len(self._idle) >= MOST_IDLE:
            connection.close()
        else:
            self._idle.append(connection)
        return status, headers, data

    def _connection(self, seconds: float | None) -> Socket:
        """The socket used last that the server has not closed, or a new one."""
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return Socket(self.host, self.port, self._tls, seconds)
            if not connection.is_closed():
                connection.socket.settimeout(seconds)
                return connection
            connection.close()

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()


def _tls_context() -> ssl.SSLContext:
    """Verifies certificate and host name by the system's authorities and those of certifi, as the client's own does."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _translated(problem: Exception) -> TransportError:
    """The error that the client's own connections raise in this case."""
    if isinstance(problem, TimeoutError):
        return ConnectionTimeout("Connection timed out during request", errors=(problem,))
    kind = TlsError if isinstance(problem, ssl.SSLError) else ConnectionError
    return kind(str(problem) or repr(problem), errors=(problem,))


def _lines(headers: Any) -> bytes:
    return "".join([f"{name}: {value}\r\n" for name, value in headers.items()]).encode("latin-1")


def read_response(reader: BufferedReader, method: str) -> tuple[int, dict[str, str], bytes]:
    """(status, headers by lower-case name, body). Raises one of BROKEN."""
    status, headers = 100, {"": ""}
    while status < 200:  # interim answers
        status, headers = int(_line(reader).split(None, 2)[1]), {}
        while line := _line(reader):
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
    if method == "HEAD" or status in (204, 304):
        return status, headers, b""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return status, headers, _chunks(reader)
    if "content-length" in headers:
        return status, headers, _exactly(reader, int(headers["content-length"]))
    headers["connection"] = "close"
    return status, headers, reader.read()


def _chunks(reader: BufferedReader) -> bytes:
    parts = []
    while size := int(_line(reader).partition(b";")[0], 16):
        parts.append(_exactly(reader, size))
        _line(reader)
    while _line(reader):
        pass  # trailers
    return b"".join(parts)


def _line(reader: BufferedReader) -> bytes:
    line = reader.readline(LONGEST_LINE)
    if not line.endswith(b"\n"):
        raise ConnectionResetError("The server closed the connection." if not line else "A header is cut or too long.")
    return line.rstrip(b"\r\n")


def _exactly(reader: BufferedReader, size: int) -> bytes:
    data = reader.read(size)
    if len(data) < size:
        raise ConnectionResetError("The server closed the connection in the middle of a response.")
    return data
