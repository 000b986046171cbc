"""Debian's packages: installed as root, unpacked into the checkout otherwise."""

import os
import re
import shutil
from pathlib import Path

from alize.bootstrap.processes import CommandFailed, environment, run


def is_available() -> bool:
    return shutil.which("apt-get") is not None


def install(*packages: str) -> bool:
    """Install packages on the machine; refresh the lists only when they are missing or stale."""
    env = environment({"DEBIAN_FRONTEND": "noninteractive"})
    command = ["apt-get", "-y", "-q", "-o", "DPkg::Lock::Timeout=120", "--no-install-recommends"]
    try:
        try:
            run([*command, "install", *packages], env=env)
        except CommandFailed:
            run(["apt-get", "-q", "update"], env=env)
            run([*command, "install", *packages], env=env)
    except CommandFailed:
        return False
    return True


def unpack(target: Path, *packages: str) -> bool:
    """Unpack packages, and what they need that the machine lacks, without any right on it."""
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
        run([*command, "update"], env=env)
        plan = run([*command, "-s", "--no-install-recommends", "install", *packages], env=env)
        missing = re.findall(r"^Inst (\S+)", plan, re.MULTILINE)
        run([*command, "download", *missing], env=env, cwd=work / "packages")
        for package in (work / "packages").glob("*.deb"):
            run(["dpkg-deb", "-x", package, work / "root"])
        shutil.rmtree(target, ignore_errors=True)
        os.replace(work / "root", target)
    except (CommandFailed, OSError):
        return False
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return True
