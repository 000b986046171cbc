"""The launcher starts on a bare Python."""

import ast
import re
import subprocess
import sys

from alize.bootstrap.paths import ROOT


def test_main_needs_nothing_but_the_standard_library():
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import alize.bootstrap.main"
    subprocess.run([sys.executable, "-I", "-S", "-c", program], check=True)


def test_manage_is_read_by_an_old_python_that_it_then_refuses():
    ast.parse((ROOT / "manage.py").read_text(), feature_version=(3, 5))


def test_manage_interrupted_while_it_begins_says_nothing(tmp_path):
    launcher = tmp_path / "manage.py"
    launcher.write_bytes((ROOT / "manage.py").read_bytes())
    module = tmp_path / "alize" / "bootstrap" / "main.py"
    module.parent.mkdir(parents=True)
    module.write_text("raise KeyboardInterrupt")
    done = subprocess.run([sys.executable, launcher], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (130, b"")


def test_manage_says_its_encoding_to_python_2():
    head = (ROOT / "manage.py").read_bytes().splitlines()[:2]
    assert any(re.match(rb"^[ \t\f]*#.*?coding[:=][ \t]*utf-8", line) for line in head)
