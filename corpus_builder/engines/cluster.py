"""The engine of many machines: jobs of an existing Dask cluster."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from functools import partial
from importlib import import_module
from socket import gethostname
from typing import Any, TypeVar
from uuid import uuid4

from corpus_builder.engines import EngineError
from corpus_builder.engines.child import ChildDiedError, run_in_child

Job = TypeVar("Job")
Result = TypeVar("Result")

_WAIT_SECONDS = 30
#: How often to look whether a job is done, and whether there is anyone to do it.
_LOOK_SECONDS, _COUNT_SECONDS = 0.02, 1.0
#: What breaks is told in one line here; Dask's client would tell it over a page besides.
_LOGGERS = ("distributed", "distributed.client")
_UNLIKE = "this worker of the cluster has another version of corpus-builder, pyarrow or numpy than this machine, or none"
#: Jobs that wait at the scheduler for each thread of the cluster: enough that none is ever idle.
_AHEAD = 2


class Cluster:
    """The workers of the Dask scheduler at ``address``, for instance ``tcp://10.0.0.1:8786``.

    ``identity`` says what must be the same here and on every worker for the results to be the same, the code's digest for
    one; it is asked on both sides. The first run connects: who finds nothing to do, or a lock, needs no cluster. A run raises
    `EngineError` when Dask is not installed, no scheduler or worker answers within ``seconds``, the scheduler goes, or for as
    long there is no worker any more.
    """

    far = True

    def __init__(self, address: str, identity: Callable[[], str], seconds: float = _WAIT_SECONDS) -> None:
        self.address = address
        self.name = uuid4().hex
        self.identity = identity
        self.seconds = seconds
        self.client: Any = None

    def _connect(self) -> None:
        try:
            distributed: Any = import_module("distributed")
        except ImportError as error:
            raise EngineError(
                "the engine dask needs another package: pip install 'corpus-builder[dask]'"
            ) from error
        for logger in _LOGGERS:
            logging.getLogger(logger).setLevel(logging.CRITICAL + 1)
        self.as_completed, self.killed = distributed.as_completed, distributed.KilledWorker
        try:
            self.client = distributed.Client(self.address, timeout=self.seconds, set_as_default=False)
        except (OSError, ValueError) as error:
            raise EngineError(f"{self.address}: no Dask scheduler answers there: {error}") from error
        try:
            self.client.wait_for_workers(1, timeout=self.seconds)
        except TimeoutError as error:
            self.close()
            raise EngineError(f"{self.address}: the Dask scheduler has no workers") from error

    def close(self) -> None:
        """Leave the cluster as it was found."""
        if self.client is not None:
            self.client.close()
            self.client = None

    def run(
        self, function: Callable[[Job], Result], jobs: Sequence[Job], after_death: Callable[[Job, int], Job]
    ) -> Iterator[tuple[int, Result]]:
        if self.client is None:
            self._connect()
        self._refuse_others()
        waiting = list(range(len(jobs)))[::-1]
        running: dict[Any, int] = {}
        lost: list[int] = []
        finished = self.as_completed(loop=self.client.loop)
        try:
            while waiting or running:
                room = self._room() if waiting else 0
                while waiting and len(running) < room:
                    index = waiting.pop()
                    future = self._submit(function, jobs[index])
                    running[future] = index
                    finished.add(future)
                future = self._done(finished)
                index = running.pop(future)
                result = self._result(future)
                if isinstance(result, _Death):
                    lost.append(index)
                else:
                    yield index, result
            # One at a time, so that who dies now dies of itself.
            for index in sorted(lost):
                job, deaths = jobs[index], 0
                result = _Death()
                while isinstance(result, _Death):
                    deaths += 1
                    job = after_death(job, deaths)
                    finished.add(self._submit(function, job))
                    result = self._result(self._done(finished))
                yield index, result
        finally:
            self.client.cancel(list(running))

    def _refuse_others(self) -> None:
        """Raise `EngineError` where a worker is unlike this machine: before a job comes that it might not even be able to read."""
        module, name, expected = self.identity.__module__, self.identity.__name__, self.identity()

        def unlike_us() -> bool:
            # A function without a name in a module travels whole: the worker need not have the package.
            from importlib import import_module

            try:
                found: bool = getattr(import_module(module), name)() != expected
            except (ImportError, AttributeError):
                return True
            return found

        self._threads()
        for worker, unlike in self.client.run(unlike_us, on_error="return").items():
            if unlike is True:
                raise EngineError(f"{worker}: {_UNLIKE}")

    def _done(self, finished: Any) -> Any:
        """The next job that is done."""
        seen = counted = time.monotonic()
        while not finished.has_ready():
            time.sleep(_LOOK_SECONDS)
            now = time.monotonic()
            if now - counted >= _COUNT_SECONDS:
                counted = now
                if self._threads():
                    seen = now
                elif now - seen > self.seconds:
                    raise EngineError(
                        f"{self.address}: the Dask scheduler has no workers any more; build again to go on"
                    )
        return next(finished)

    def _room(self) -> int:
        """How many jobs to have at the scheduler: workers come and go."""
        return _AHEAD * max(1, self._threads())

    def _threads(self) -> int:
        try:
            if self.client.status == "running":
                threads: dict[str, int] = self.client.nthreads()
                return sum(threads.values())
        except OSError as error:
            raise self._gone() from error
        raise self._gone()

    def _gone(self) -> EngineError:
        return EngineError(f"{self.address}: the Dask scheduler has gone; build again to go on")

    def _submit(self, function: Callable[[Job], Result], job: Job) -> Any:
        task = partial(_task, function, self.identity, self.identity(), self.name)
        return self.client.submit(task, job, pure=False)

    def _result(self, future: Any) -> Any:
        try:
            return future.result()
        except (ChildDiedError, self.killed):
            return _Death()
        except CancelledError as error:
            raise self._gone() from error
        finally:
            future.release()


class _Death:
    """Stands for the result of a job whose process died."""


def _task(
    function: Callable[[Job], Result], identity: Callable[[], str], expected: str, owner: str, job: Job
) -> Result:
    """What runs in a thread of a worker: the job in a process beside it."""
    return run_in_child(partial(_checked, function, identity, expected), job, owner)


def _checked(
    function: Callable[[Job], Result], identity: Callable[[], str], expected: str, job: Job
) -> Result:
    if identity() != expected:
        raise EngineError(f"{gethostname()}: {_UNLIKE}")
    return function(job)
