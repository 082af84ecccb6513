"""Actions that die half way: a child process kills itself with SIGKILL at its n-th write.

What the database holds afterwards is what a patient or a physio finds after a power cut. The points
are every statement that writes or takes a lock, and the moments before and after each commit.
"""

import os
import re
import resource
import signal
import sys
from collections.abc import Callable
from io import StringIO

from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

WRITES = re.compile(
    r"\s*(INSERT|UPDATE|DELETE|REPLACE|WITH|PREPARE|EXECUTE|SAVEPOINT|RELEASE)"
    r"|.*FOR (NO KEY )?UPDATE",
    re.IGNORECASE | re.DOTALL,
)
# Counted towards limits, or written by a migration: no part of what an action does.
NOT_LOOKED_AT = re.compile(r"clinic_cache|assessments_libraryversion|django_|auth_|sqlite_")
ENOUGH = 200  # writes after which an action is taken for one that never ends


class Countdown:
    """Kills this process when so many points have been passed."""

    def __init__(self, points: int) -> None:
        self.left = points

    def point(self) -> None:
        self.left -= 1
        if self.left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(self, execute, sql, params, many, context):
        if WRITES.match(str(sql)):
            self.point()
        return execute(sql, params, many, context)

    def watch(self) -> None:
        """Count every write and commit of this process's connection from now on."""
        commit = connection._commit

        def counted():
            self.point()
            commit()
            self.point()

        connection._commit = counted
        connection.execute_wrappers.append(self.statement)


def dies_at(point: int, action: Callable[[], object]) -> bool:
    """Run the action in a child that kills itself at this point; False when it got to its end."""
    connection.close()  # a child must not speak on its parent's line
    child = os.fork()
    if child == 0:
        code = 1
        try:
            Countdown(point).watch()
            action()
            code = 0
        except BaseException as error:
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, "the action failed by itself"
    return False


def without_space(size: int, action: Callable[[], object]) -> bool:
    """Run the action in a child that can write no file beyond this size; say whether it managed."""
    connection.close()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
            action()
            code = 0
        except OperationalError:
            code = 2
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.WEXITSTATUS(status) in (0, 2), "it failed otherwise than by the database"
    return os.WEXITSTATUS(status) == 0


def snapshot() -> dict[str, object]:
    """Return what every table holds, in a form to be compared."""
    with connection.cursor() as cursor:
        names = [t.name for t in connection.introspection.get_table_list(cursor) if t.type == "t"]
        tables = sorted(name for name in names if not NOT_LOOKED_AT.match(name))
        if connection.vendor == "postgresql":
            parts = (
                f"SELECT '{t}', md5(string_agg(md5(r::text), '' ORDER BY md5(r::text)))"
                f' FROM "{t}" r'
                for t in tables
            )
            cursor.execute(" UNION ALL ".join(parts))
            return dict(cursor.fetchall())
        held = {}
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            held[table] = sorted(map(repr, cursor.fetchall()))
        return held


def all_or_nothing(action: Callable[[], object]) -> int:
    """Kill the action at every point; return at how many of them nothing at all was written.

    Stops at the first point that comes after something was written: what is there then has to be
    the whole of it, which the caller looks at.
    """
    before = snapshot()
    for point in range(ENOUGH):
        killed = dies_at(point, action)
        if snapshot() != before:
            return point
        assert killed, "the action came to its end and wrote nothing"
    raise AssertionError("too many writes")


def holds() -> bool:
    """Say whether ``verify`` finds every invariant whole; print what it says if not."""
    out = StringIO()
    try:
        call_command("verify", stdout=out)
    except CommandError:
        sys.stdout.write(out.getvalue())
        return False
    return True
