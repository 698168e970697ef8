"""``python -m demo.port_check HOST:PORT``: fail with advice when a server listens there already."""

from __future__ import annotations

import socket
import sys


def main(address: str) -> None:
    host, port = address.rsplit(":", 1)
    with socket.socket() as connection:
        if connection.connect_ex((host, int(port))) == 0:
            sys.exit(f"A server already listens at {address}. Choose another port: PORT=8010 make run")


if __name__ == "__main__":
    main(sys.argv[1])
