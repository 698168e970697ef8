"""PostgreSQL from the Debian package, in a throw-away cluster without fsync."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.services.folders import Record, data_folder
from tests.services.processes import CannotStart, account, free_port, own, start, wait_until

NAME = "postgres"
VARIABLE = "DATABASE_URL"
USER = DATABASE = "library"


def programs() -> Path:
    """The folder of initdb and postgres, which Debian leaves off the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        raise CannotStart("PostgreSQL is missing: apt-get install postgresql")
    return found[-1].parent if found else Path(on_path or "").parent


def start_native() -> Record:
    bin_folder, user = programs(), account()
    folder = data_folder(NAME)
    own(folder)
    data, log, port = folder / "data", folder / "log", free_port()
    command = [
        bin_folder / "initdb",
        "-D",
        data,
        "-A",
        "trust",
        "-U",
        USER,
        "--no-sync",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
    ]
    subprocess.run(command, check=True, capture_output=True, user=user, group=user, cwd="/")
    options = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": folder,
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_connections": 200,
    }
    flags = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
    process = start([bin_folder / "postgres", "-D", data, *flags], log=log, user=user)
    create = [bin_folder / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", USER, DATABASE]

    def ready() -> bool:
        return subprocess.run(create, capture_output=True).returncode == 0

    wait_until(ready, process=process, seconds=30, log=log, what="PostgreSQL")
    env = {VARIABLE: f"postgres://{USER}@127.0.0.1:{port}/{DATABASE}"}
    return {"how": "native", "env": env, "processes": [process], "folder": str(folder)}


def answers(env: Mapping[str, str]) -> bool:
    """Ask a query: a server whose data folder was deleted still accepts connections."""
    import psycopg  # the command must start without the project's dependencies (down)

    try:
        with psycopg.connect(env[VARIABLE], connect_timeout=3) as connection:
            return connection.execute("select count(*) from pg_database").fetchone() is not None
    except psycopg.Error:
        return False


def from_environment() -> dict[str, str] | None:
    url = os.environ.get(VARIABLE, "")
    return {VARIABLE: url} if url.startswith("postgres") else None
