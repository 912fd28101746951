"""A lasting process that runs one job after another for a thread of a cluster's worker.

Time limits need a main thread, which a worker's tasks have not; and a process that the system kills for its memory
takes only itself along, not the worker and the jobs beside it. The worker may be a daemonic process, which
`multiprocessing` would refuse children, so this is a plain program: ``python -m corpus_builder.engines.child
DESCRIPTOR`` reads jobs from a socket and answers there. It goes when nothing came for a while, and at once when the worker dies.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

_IDLE_SECONDS = 30.0
_held = threading.local()


class ChildDiedError(Exception):
    """The process that worked on a job is dead."""


class _Child:
    """The worker's end: a running process, and the connection to it."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.connection, theirs = Pipe()
        command = [sys.executable, "-m", "corpus_builder.engines.child", str(theirs.fileno())]
        # Its standard input is its life line: it ends when this process does.
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, pass_fds=(theirs.fileno(),), start_new_session=True
        )
        theirs.close()

    def close(self) -> int:
        """The exit status of a process that has hung up, or will when we do."""
        self.connection.close()
        if self.process.stdin is not None:
            self.process.stdin.close()
        return self.process.wait()


def run_in_child(function: Callable[[Job], Result], job: Job, owner: str) -> Result:
    """The result of one job in this thread's lasting child process; what the job raises is raised here.

    Another ``owner`` gets a fresh process: the last one's lists and models may have changed on the disk since.
    Raises `ChildDiedError` if the process dies over it.
    """
    while True:
        child: _Child | None = getattr(_held, "child", None)
        if child is not None and child.owner != owner:
            child.close()
            child = None
        if child is None:
            child = _held.child = _Child(owner)
        begun = False
        try:
            child.connection.send((function, job))
            begun = child.connection.recv()
            done, value = child.connection.recv()
        except (EOFError, OSError):
            _held.child = None
            status = child.close()
            # One that had just left for want of work never saw the job.
            if begun or status != 0:
                raise ChildDiedError(f"exit status {status}") from None
            continue
        if done:
            result: Result = value
            return result
        raise value


def _serve(connection: Any) -> None:
    threading.Thread(target=_leave_with_the_worker, daemon=True).start()
    while connection.poll(_IDLE_SECONDS):
        try:
            function, job = connection.recv()
        except EOFError:
            return
        connection.send(True)
        try:
            answer = (True, function(job))
        except Exception as error:  # noqa: BLE001 - it is raised again where the job came from
            answer = (False, error)
        connection.send(answer)


def _leave_with_the_worker() -> None:
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    gc.set_threshold(300_000)  # As in a build on one machine: few cycles, many objects.
    _serve(Connection(int(sys.argv[1])))
