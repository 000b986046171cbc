"""Debian's packages: installed as root, unpacked into the checkout otherwise."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alize.bootstrap.processes import CommandFailed, environment, run


def is_available() -> bool:
    return shutil.which("apt-get") is not None


def install(*packages: str) -> None:
    """Install packages on the machine; refresh the lists only when they are missing or stale.

    :raises CommandFailed: they could not be; the text says all that Debian's tools said.
    """
    env = environment({"DEBIAN_FRONTEND": "noninteractive"})
    command = ["apt-get", "-y", "-q", "-o", "DPkg::Lock::Timeout=120", "--no-install-recommends"]
    try:
        run([*command, "install", *packages], env=env)
    except CommandFailed:
        refreshed = run(["apt-get", "-q", "update"], env=env)
        with saying_first(refreshed):
            run([*command, "install", *packages], env=env)


@contextmanager
def saying_first(refreshed: str) -> Iterator[None]:
    """Add to a failure what the refresh of the lists said: it ends well even without a network."""
    try:
        yield
    except (CommandFailed, OSError) as error:
        raise CommandFailed(f"{refreshed}\n{error}") from error


def unpack(target: Path, *packages: str) -> None:
    """Unpack packages, and what they need that the machine lacks, without any right on it.

    :raises CommandFailed: they could not be; the text says all that Debian's tools said.
    """
    work = target.with_name(f"{target.name}.tmp")
    shutil.rmtree(work, ignore_errors=True)
    for folder in ("state/lists/partial", "cache/archives/partial", "packages"):
        (work / folder).mkdir(parents=True)
    options = [
        f"Dir::State={work}/state",
        "Dir::State::status=/var/lib/dpkg/status",
        f"Dir::Cache={work}/cache",
        "Debug::NoLocking=1",
        "APT::Sandbox::User=",
    ]
    command = ["apt-get", "-q", *(part for option in options for part in ("-o", option))]
    env = environment({"LC_ALL": "C"})
    try:
        with saying_first(run([*command, "update"], env=env)):
            plan = run([*command, "-s", "--no-install-recommends", "install", *packages], env=env)
            missing = re.findall(r"^Inst (\S+)", plan, re.MULTILINE)
            run([*command, "download", *missing], env=env, cwd=work / "packages")
            for package in (work / "packages").glob("*.deb"):
                run(["dpkg-deb", "-x", package, work / "root"])
            shutil.rmtree(target, ignore_errors=True)
            os.replace(work / "root", target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
