"""The one seam through which everything is written: local files that survive a crash, whole or not at all.

Each operation that changes what is on disk calls `on_operation` first, so that a test can kill the process, or make
the disk fail, at any of them.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import hashlib
import io
import os
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from corpus_builder.problems import CorpusError

_RENAME_EXCHANGE = 2
_AT_FDCWD = -100
#: How long who has just taken a lock may need to write its name down.
_NAMING_SECONDS = 0.1


def _nothing(operation: str, path: Path) -> None:
    """Stand in for the hook of a test."""


#: Called with the operation's name and path before each write, fsync, rename, mkdir and remove.
on_operation: Callable[[str, Path], None] = _nothing


@contextlib.contextmanager
def _named(path: Path) -> Iterator[None]:
    """Say which file it was when writing fails: the system only says so of opening."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(path)
        raise


class Sink(io.RawIOBase):
    """A new file that hashes what goes through it; closing it flushes it to the disk."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        on_operation("open", path)
        self.path = path
        self.sha256 = hashlib.sha256()
        self.size = 0
        self._file = path.open("wb", buffering=1 << 20)

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        view = memoryview(data).cast("B")  # type: ignore[arg-type]  # any buffer
        on_operation("write", self.path)
        with _named(self.path):
            self._file.write(view)
        self.sha256.update(view)
        self.size += len(view)
        return len(view)

    def tell(self) -> int:
        return self.size

    def close(self) -> None:
        if not self.closed:
            try:
                with _named(self.path), self._file as file:
                    file.flush()
                    on_operation("fsync", self.path)
                    os.fsync(file.fileno())
            finally:
                super().close()


def write_bytes(path: Path, data: bytes) -> str:
    """Write a whole new file and give its SHA-256 (hex)."""
    with Sink(path) as sink:
        sink.write(data)
    return sink.sha256.hexdigest()


def replace_bytes(path: Path, data: bytes) -> str:
    """Write a file so that a reader sees the old content or the new one, never a part; give its SHA-256 (hex)."""
    new = path.with_name(f".{path.name}.new")
    sha256 = write_bytes(new, data)
    move(new, path)
    return sha256


def write_unflushed(path: Path, data: bytes) -> None:
    """Write a note that other processes read and that no machine needs after it went down."""
    on_operation("write", path)
    path.write_bytes(data)


def make_folder(path: Path) -> None:
    on_operation("mkdir", path)
    path.mkdir(parents=True, exist_ok=True)


def remove(path: Path) -> None:
    """Remove a file or a folder that we wrote; nothing where there is none."""
    on_operation("remove", path)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def discard(path: Path) -> None:
    """Remove what is of no use any more; where that fails, another build will, and this one need not end of it.

    On a network file system a folder cannot go while some process still has a file of it open.
    """
    with contextlib.suppress(OSError):
        remove(path)


def move(source: Path, target: Path) -> None:
    """Rename within one file system, and make the new name durable."""
    on_operation("rename", target)
    source.replace(target)
    sync_folder(target.parent)


def exchange(new: Path, old: Path) -> None:
    """Swap two folders in one step, so that ``old``'s name never lacks a whole folder."""
    on_operation("exchange", old)
    libc = ctypes.CDLL(None, use_errno=True)
    renameat2 = getattr(libc, "renameat2", None)
    if renameat2 is None:
        result, code = -1, errno.ENOSYS
    else:
        result = renameat2(_AT_FDCWD, os.fsencode(new), _AT_FDCWD, os.fsencode(old), _RENAME_EXCHANGE)
        code = ctypes.get_errno()
    if result != 0:
        if code not in (errno.ENOSYS, errno.EINVAL):
            raise OSError(code, os.strerror(code), str(old))
        _exchange_in_two_steps(new, old)
    sync_folder(old.parent)


def _exchange_in_two_steps(new: Path, old: Path) -> None:
    """Where the system cannot exchange, there is a moment without the old name; `recover` mends a crash in it."""
    aside = old.with_name(f".{old.name}.old")
    old.replace(aside)
    new.replace(old)
    aside.replace(new)


def recover(target: Path) -> None:
    """Bring back the old folder that a crash in the middle of a two-step exchange left aside."""
    aside = target.with_name(f".{target.name}.old")
    if aside.exists() and not target.exists():
        aside.replace(target)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable."""
    on_operation("fsync", path)
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


_held: set[IO[str]] = set()


def _let_go() -> None:
    """A forked worker may outlive its build by a moment; it must not hold the lock on."""
    for file in _held:
        file.close()


os.register_at_fork(after_in_child=_let_go)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[IO[str]]:
    """Hold the lock file ``path``. Raises `CorpusError` naming the holder when another process has it."""
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            time.sleep(_NAMING_SECONDS)
            file.seek(0)
            holder = file.read().strip() or "another process"
            raise CorpusError(
                f"{path}: the output is being built by {holder}; wait for it or stop it"
            ) from error
        _held.add(file)
        try:
            file.truncate(0)
            file.write(f"process {os.getpid()} on {socket.gethostname()}\n")
            file.flush()
            yield file
        finally:
            _held.discard(file)
