"""Client of ClamAV's daemon (clamd(8), INSTREAM).

A daemon that can't be reached never counts as clean.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable
from enum import StrEnum

CHUNK = 256 * 1024


class ScannerUnavailable(Exception):
    """The daemon can't be reached or gave no usable answer. A later try may succeed."""


class Verdict(StrEnum):
    CLEAN = "clean"
    FOUND = "found"
    TOO_LONG = "too_long"  # over the daemon's limit; nothing is known about the bytes


def scan(chunks: Iterable[bytes], *, address: str, timeout: float = 120) -> Verdict:
    """``address``: ``host:port`` or the path of a socket. ``timeout``: seconds for each send and receive."""
    try:
        with _connect(address, timeout) as connection:
            return _ask(connection, chunks)
    except OSError as error:
        raise ScannerUnavailable(f"{address}: {error}") from error


def _connect(address: str, timeout: float) -> socket.socket:
    if address.startswith(("/", "unix:")):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(timeout)
        connection.connect(address.removeprefix("unix:"))
        return connection
    host, _colon, port = address.removeprefix("tcp://").rpartition(":")
    return socket.create_connection((host or "127.0.0.1", int(port)), timeout=timeout)


def _ask(connection: socket.socket, chunks: Iterable[bytes]) -> Verdict:
    disconnected = False
    connection.sendall(b"zINSTREAM\0")
    try:
        for chunk in chunks:
            for start in range(0, len(chunk), CHUNK):
                piece = chunk[start : start + CHUNK]
                connection.sendall(struct.pack("!I", len(piece)) + piece)
        connection.sendall(struct.pack("!I", 0))
    except (BrokenPipeError, ConnectionResetError):
        # Over StreamMaxLength the daemon answers and closes the connection; the answer may still be readable.
        disconnected = True
    try:
        answer = _answer(connection)
    except ConnectionResetError:
        answer = ""
    if answer.endswith("FOUND"):
        return Verdict.FOUND
    if "size limit exceeded" in answer or (disconnected and not answer):
        return Verdict.TOO_LONG
    if answer.endswith("OK") and not disconnected:
        return Verdict.CLEAN
    raise ScannerUnavailable(f"The virus scanner answered {answer[:200]!r}.")


def _answer(connection: socket.socket) -> str:
    received = b""
    while len(received) < 4096 and not received.endswith(b"\0"):
        more = connection.recv(4096)
        if not more:
            break
        received += more
    return received.rstrip(b"\0\n ").decode("utf-8", "replace")
