"""Where things stand in the checkout."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STATE = ROOT / ".alize"
LOGS = STATE / "logs"
HOME = STATE / "home"
"""The home of an account that has none."""


def site_packages() -> Path:
    """The folder of the virtual environment that holds the installed packages."""
    return next(VENV.glob("lib/python3.*/site-packages"))


def shown(path: Path) -> str:
    """A path as a reader standing in the checkout writes it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
