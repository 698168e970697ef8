"""Fetching a file from Maven Central with the stock client."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.services.processes import CannotStart

PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:get"


def java() -> Path:
    """The folder of the Java runtime (17 or later)."""
    found = shutil.which("java")
    if not found:
        raise CannotStart("Java is missing: apt-get install openjdk-17-jre-headless")
    return Path(found).resolve().parents[1]


def fetch(coordinates: str) -> Path:
    """``group:artifact:version:packaging[:classifier]`` → the file in the local Maven repository."""
    if not shutil.which("mvn"):
        raise CannotStart("Maven is missing: apt-get install maven openjdk-17-jre-headless unzip")
    group, artifact, version, packaging, *classifier = coordinates.split(":")
    name = "-".join([artifact, version, *classifier]) + f".{packaging}"
    path = Path.home() / ".m2" / "repository" / Path(*group.split(".")) / artifact / version / name
    if not path.exists():
        print(f"downloading {name} …", file=sys.stderr)
        command = ["mvn", "-q", "-B", PLUGIN, f"-Dartifact={coordinates}", "-Dtransitive=false"]
        done = subprocess.run(command, capture_output=True, text=True)
        if not path.exists():
            raise CannotStart(f"Maven could not fetch {coordinates}: {done.stdout[-600:]}{done.stderr[-200:]}")
    return path
