"""`make run`: migrate, fill the demo clinic, then serve it with its worker until Ctrl+C."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PORT = os.environ.get("PORT", "8000")
ADDRESS = f"127.0.0.1:{PORT}"


def manage(*arguments: str) -> list[str]:
    return [sys.executable, str(ROOT / "manage.py"), *arguments]


def once(*arguments: str) -> None:
    """Run one command to its end; stop everything with its own words if it fails."""
    if code := subprocess.run(manage(*arguments), cwd=ROOT, check=False).returncode:
        sys.exit(code)


def main() -> int:
    os.environ.setdefault("STEPDOWN_MODE", "demo")
    os.environ["PYTHONUNBUFFERED"] = "1"
    # runserver makes a thread for every open tab; none of them keeps a connection for itself.
    os.environ.setdefault("CONN_MAX_AGE", "0")
    once("migrate", "--noinput", "--verbosity", "0")
    once("demo")
    running = [
        subprocess.Popen(manage("runserver", "--noreload", ADDRESS), cwd=ROOT),
        subprocess.Popen(manage("worker"), cwd=ROOT),
    ]
    stopping = threading.Event()

    def stop(*_: object) -> None:
        stopping.set()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    while not stopping.wait(0.3):
        if any(process.poll() is not None for process in running):
            break  # one of the two ended: the other is no use alone
    for process in running:
        process.terminate()
    codes = [process.wait(10) for process in running]
    return 0 if stopping.is_set() else max(abs(code) for code in codes) or 1


if __name__ == "__main__":
    sys.exit(main())
