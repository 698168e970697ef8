"""HTTP to Elasticsearch: what a server may answer, and how it may fail."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from elastic_transport import ConnectionError, ConnectionTimeout, HttpHeaders, NodeConfig, TlsError

from search.engines.elastic.client import Connection, post_search
from search.engines.elastic.node import DirectNode

SIZED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3;note\r\n[1,\r\n2\r\n2]\r\n0\r\nX-Took: 1\r\n\r\n"
INTERIM = b"HTTP/1.1 100 Continue\r\n\r\n" + SIZED
UNTIL_CLOSED = b"HTTP/1.1 200 OK\r\n\r\n[1,2]"
EMPTY = b"HTTP/1.1 204 No Content\r\n\r\n"
CUT = b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{"
NO_HTTP = b"SSH-2.0-OpenSSH_9.2\r\n\r\n"


class Server:
    """Answers each request with the next of ``answers``; None closes the connection, after an answer or instead of it."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.answers: list[bytes | None] = []
        self.requests: list[bytes] = []
        self.connections = 0
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
                self.connections += 1
                connection = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
            except ssl.SSLError:
                continue
            except OSError:
                return
            with connection:
                while self.answers and (request := connection.recv(65_536)):
                    self.requests.append(request)
                    if (answer := self.answers.pop(0)) is None:
                        break
                    connection.sendall(answer)
                    if self.answers[:1] == [None]:
                        self.answers.pop(0)
                        break

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server()
    yield found
    found.close()


def node_for(server: Server, *, scheme: str = "http", host: str = "127.0.0.1", seconds: float = 5.0) -> DirectNode:
    return DirectNode(NodeConfig(scheme, host, server.port, request_timeout=seconds))


@pytest.mark.parametrize(
    ("answer", "body"),
    [(SIZED, b"{}"), (CHUNKED, b"[1,2]"), (INTERIM, b"{}"), (EMPTY, b"")],
    ids=lambda each: each[:40],
)
def test_responses_are_read_to_their_end_and_the_socket_is_used_again(
    server: Server, answer: bytes, body: bytes
) -> None:
    server.answers = [answer, answer]
    node = node_for(server)
    assert [node.perform_request("POST", "/a", b"x").body for _ in range(2)] == [body, body]
    assert server.connections == 1
    node.close()


def test_a_response_may_end_with_its_connection(server: Server) -> None:
    server.answers = [UNTIL_CLOSED, None, SIZED]
    node = node_for(server)
    assert [node.perform_request("GET", "/").body for _ in range(2)] == [b"[1,2]", b"{}"]
    assert server.connections == 2
    node.close()


def test_a_request_is_sent_in_one_piece_with_its_headers(server: Server) -> None:
    server.answers = [SIZED]
    node = node_for(server)
    answer = node.perform_request(
        "POST", "/index/_search?q=1", b'{"size":1}', headers=HttpHeaders({"accept": "text/plain"})
    )
    assert (answer.meta.status, answer.meta.mimetype) == (200, "application/json")
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /index/_search?q=1 HTTP/1.1\r\nhost: 127.0.0.1:")
    assert {b"accept: text/plain", b"content-length: 10"} <= set(head.split(b"\r\n"))
    assert body == b'{"size":1}'
    node.close()


def test_searches_carry_the_credentials_and_the_path_of_the_url(server: Server) -> None:
    server.answers = [SIZED]
    url = f"http://name:pass%20word@127.0.0.1:{server.port}/cluster"
    connection = Connection(url, timeout=5, write_timeout=5, pause=1)
    assert post_search(connection, "index", {"size": 0}) == {}
    head = server.requests[0].partition(b"\r\n\r\n")[0]
    assert head.startswith(b"POST /cluster/index/_search?")
    assert b"authorization: Basic bmFtZTpwYXNzIHdvcmQ=" in head
    connection.client.close()


def test_a_socket_that_the_server_closed_meanwhile_is_replaced(server: Server) -> None:
    server.answers = [SIZED, None, SIZED]
    node = node_for(server)
    node.perform_request("GET", "/")
    assert node._idle[0].is_closed() or wait_until(node._idle[0].is_closed)
    assert node.perform_request("GET", "/").body == b"{}"
    assert server.connections == 2
    node.close()


def wait_until(done: Callable[[], bool]) -> bool:
    return any(done() or threading.Event().wait(0.02) for _ in range(100))


@pytest.mark.parametrize("answers", [[CUT, None], [NO_HTTP], [None]], ids=["cut", "no HTTP", "closed"])
def test_what_is_no_complete_response_is_a_connection_error(server: Server, answers: list[bytes | None]) -> None:
    server.answers = [*answers, SIZED]
    node = node_for(server)
    with pytest.raises(ConnectionError):
        node.perform_request("GET", "/")
    assert node.perform_request("GET", "/").body == b"{}"
    node.close()


def test_a_server_that_does_not_answer_in_time_is_a_time_out(server: Server) -> None:
    server.answers = [b"HTTP/1.1 200 OK\r\n", SIZED]
    node = node_for(server, seconds=0.2)
    with pytest.raises(ConnectionTimeout):
        node.perform_request("GET", "/")
    assert not node._idle


def test_certificates_are_verified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*request, *names], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = Server(context)
    server.answers = [SIZED, SIZED]
    with pytest.raises(TlsError):
        node_for(server, scheme="https", host="localhost").perform_request("GET", "/")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with pytest.raises(TlsError):
        node_for(server, scheme="https", host="127.0.0.1").perform_request("GET", "/")
    trusting = node_for(server, scheme="https", host="localhost")
    assert [trusting.perform_request("GET", "/").body for _ in range(2)] == [b"{}", b"{}"]
    trusting.close()
    server.close()
