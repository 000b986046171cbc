"""The native libraries of WeasyPrint, and Debian's Chromium for the browser journeys."""

import ctypes
import os
import shutil
import sys
from xml.sax.saxutils import escape

from alize.bootstrap import apt
from alize.bootstrap.messages import NO_NETWORK, SetupError, explain_download, say, step
from alize.bootstrap.paths import STATE
from alize.bootstrap.processes import CommandFailed

PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
INSTALL_BY_HAND = f"apt-get install {' '.join(PACKAGES)}, ou dnf install pango"
LIBRARIES = (
    "libgobject-2.0.so.0",
    "libpango-1.0.so.0",
    "libpangoft2-1.0.so.0",
    "libharfbuzz.so.0",
    "libfontconfig.so.1",
)
UNPACKED = STATE / "native"

FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{unpacked}/usr/share/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{unpacked}/cache</cachedir>
</fontconfig>
"""


def ensure_libraries() -> None:
    """Make the libraries of WeasyPrint loadable: the demo itself is made of documents.

    :raises SetupError: they are missing and cannot be installed.
    """
    if are_on_the_machine() or UNPACKED.is_dir():
        return
    if apt.is_available():
        try:
            with step("Bibliothèques natives des documents PDF"):
                if os.geteuid() == 0:
                    apt.install(*PACKAGES)
                else:
                    apt.unpack(UNPACKED, *PACKAGES)
        except CommandFailed as error:
            if NO_NETWORK.search(str(error)):
                what = (
                    "Il manque la bibliothèque Pango, sans laquelle aucun document PDF ne se fait"
                )
                raise explain_download(what, str(error), ".alize/logs/installation.log") from error
        else:
            return
    by_hand = "brew install pango" if sys.platform == "darwin" else INSTALL_BY_HAND
    raise SetupError(
        "Il manque la bibliothèque Pango, sans laquelle aucun document PDF ne se fait, et elle n'a"
        f" pas pu être installée : faites-le vous-même ({by_hand}), puis relancez la commande."
    )


def are_on_the_machine() -> bool:
    """Whether the machine itself has what WeasyPrint loads."""
    if sys.platform == "darwin":
        return any(os.path.exists(f"{base}/lib/libpango-1.0.0.dylib") for base in HOMEBREW)
    try:
        for name in LIBRARIES:
            ctypes.CDLL(name)
    except OSError:
        return False
    return True


HOMEBREW = ("/opt/homebrew", "/usr/local")
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
"""Names of Chromium; the first draws no window around its pages, which spares much work."""


def variables() -> dict[str, str]:
    """The environment under which the unpacked libraries and their fonts are found."""
    if not UNPACKED.is_dir():
        return {}
    fonts = UNPACKED / "fonts.conf"
    fonts.write_text(FONTS.format(unpacked=escape(str(UNPACKED))), encoding="utf-8")
    folders = [*UNPACKED.glob("usr/lib/*-linux-*"), *UNPACKED.glob("lib/*-linux-*")]
    paths = [str(folder) for folder in folders]
    if inherited := os.environ.get("LD_LIBRARY_PATH"):
        paths.append(inherited)
    return {"LD_LIBRARY_PATH": os.pathsep.join(paths), "FONTCONFIG_FILE": str(fonts)}


def ensure_browser() -> None:
    """Install Debian's Chromium as root; the browser journeys are skipped where there is none."""
    if browser() is None and os.geteuid() == 0 and apt.is_available():
        with step("Chromium, pour les parcours dans un navigateur"):
            any(map(could_install, BROWSERS))
    if browser() is None:
        say("  Chromium est absent : les parcours dans un navigateur seront passés.")


def could_install(name: str) -> bool:
    try:
        apt.install(name)
    except CommandFailed:
        return False
    return True


def browser() -> str | None:
    """Where the Chromium of this machine is."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)
