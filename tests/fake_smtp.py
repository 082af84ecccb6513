"""A mail server on a thread that behaves as badly as it is told to.

Used by the tests, the storm of killed workers (``scripts/storm_worker.py``) and the faults
(``scripts/faults``).
"""

import re
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, repeat

OK = "ok"
BUSY = "busy"  # 421 instead of a greeting
GREYLIST = "greylist"  # 451 to the recipient: not now
REJECT = "reject"  # 550 to the recipient: never
REFUSE_LETTER = "refuse letter"  # 554 after the letter
DROP_EARLY = "drop early"  # hangs up when the letter is announced
DROP_AFTER = "drop after"  # takes the letter and hangs up without a word
HANG_EARLY = "hang early"  # never answers the announcement
HANG_AFTER = "hang after"  # takes the letter and never answers
NONSENSE = "nonsense"  # takes the letter and answers something unreadable
TAKES = (OK, DROP_AFTER, HANG_AFTER, NONSENSE)  # the letter is in the box all the same


class _Session(socketserver.StreamRequestHandler):
    """One conversation."""

    server: "FakeSmtp"

    def handle(self) -> None:
        mode = self.server.next_mode()
        if mode == BUSY:
            self._say("421 busy")
            return
        self._say("220 ready")
        while line := self.rfile.readline():
            command = line.decode().strip().upper()
            if command.startswith("DATA"):
                if not self._data(mode):
                    return
            elif command.startswith("QUIT"):
                self._say("221 bye")
                return
            elif command.startswith("RCPT") and mode in (GREYLIST, REJECT):
                self._say("451 later" if mode == GREYLIST else "550 unknown")
            else:
                self._say("250 fine")

    def _data(self, mode: str) -> bool:
        if mode == DROP_EARLY:
            return False
        if mode == HANG_EARLY:
            self.server.stopped.wait()
            return False
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        if line == b"":
            return False  # cut off in the middle: nothing was accepted
        with self.server.counted():
            time.sleep(self.server.slowness)
        if mode in TAKES:
            self.server.keep(b"".join(lines))
        if mode == DROP_AFTER:
            return False
        if mode == HANG_AFTER:
            self.server.stopped.wait()
            return False
        self._say({NONSENSE: "what?", REFUSE_LETTER: "554 no"}.get(mode, "250 accepted"))
        return True

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


class FakeSmtp(socketserver.ThreadingTCPServer):
    """Takes letters on a port of its own; each conversation follows the next mode."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, *modes: str, then: str = OK, slowness: float = 0.0, port: int = 0) -> None:
        self._modes: Iterator[str] = chain(modes, repeat(then))
        self._lock = threading.Lock()
        self.slowness = slowness
        self.stopped = threading.Event()
        self.letters: list[bytes] = []
        self.under_way = 0  # letters taken in full and not yet answered
        super().__init__(("127.0.0.1", port), _Session)

    @property
    def port(self) -> int:
        return self.server_address[1]

    def next_mode(self) -> str:
        with self._lock:
            return next(self._modes)

    @contextmanager
    def counted(self) -> Iterator[None]:
        with self._lock:
            self.under_way += 1
        try:
            yield
        finally:
            with self._lock:
                self.under_way -= 1

    def keep(self, letter: bytes) -> None:
        with self._lock:
            self.letters.append(letter)

    def taken(self) -> list[bytes]:
        """Return the letters that arrived, and forget them."""
        with self._lock:
            letters, self.letters = self.letters, []
        return letters

    def handle_error(self, request, client_address) -> None:
        """A worker that is killed breaks the line; that is what is being tried."""

    def recipients(self) -> list[str]:
        """Return whom the letters that arrived are for, in order."""
        with self._lock:
            found = [re.search(rb"^To: (\S+)", letter, re.M) for letter in self.letters]
        return [match[1].decode() for match in found if match]


@contextmanager
def fake_smtp(
    *modes: str, then: str = OK, slowness: float = 0.0, port: int = 0
) -> Iterator[FakeSmtp]:
    """Run a server while the block lasts."""
    server = FakeSmtp(*modes, then=then, slowness=slowness, port=port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.stopped.set()
        server.shutdown()
        thread.join()
        server.server_close()
