"""Engines of one machine: this process, or a pool of processes that survives the death of a worker."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

_PR_SET_PDEATHSIG = 1


class InProcess:
    """One job after the other, here."""

    far = False

    def run(
        self, function: Callable[[Job], Result], jobs: Sequence[Job], after_death: Callable[[Job, int], Job]
    ) -> Iterator[tuple[int, Result]]:
        for index, job in enumerate(jobs):
            yield index, function(job)


class Processes:
    """A pool of processes. When a worker dies, the jobs in flight are run again one at a time, each in a process of its own."""

    far = False

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def run(
        self, function: Callable[[Job], Result], jobs: Sequence[Job], after_death: Callable[[Job, int], Job]
    ) -> Iterator[tuple[int, Result]]:
        waiting = list(range(len(jobs)))[::-1]
        while waiting:
            lost: list[int] = []
            with _pool(self.workers) as pool:
                running: dict[Future[Result], int] = {}
                broken = False
                while (waiting and not broken) or running:
                    while waiting and not broken and len(running) < 2 * self.workers:
                        index = waiting.pop()
                        try:
                            running[pool.submit(function, jobs[index])] = index
                        except BrokenProcessPool:
                            waiting.append(index)
                            broken = True
                    done, _rest = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        index = running.pop(future)
                        try:
                            yield index, future.result()
                        except BrokenProcessPool:
                            broken = True
                            lost.append(index)
            for index in sorted(lost):
                yield index, _alone(function, jobs[index], after_death)


def _alone(function: Callable[[Job], Result], job: Job, after_death: Callable[[Job, int], Job]) -> Result:
    """The result of what `after_death` makes of a job that was in a pool that broke, each time in a process of its own."""
    deaths = 1
    while True:
        job = after_death(job, deaths)
        try:
            with _pool(1) as pool:
                return pool.submit(function, job).result()
        except BrokenProcessPool:
            deaths += 1


def _pool(workers: int) -> ProcessPoolExecutor:
    # A forked worker starts in milliseconds and shares the lists and models that its parent has loaded.
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("fork"), initializer=_begin)


def _begin() -> None:
    """Set up a forked worker: it goes when its parent is killed; and it freezes what it was given, for the garbage collector would
    write into every object, and so copy it, and find nothing.
    """
    # Linux alone has it; elsewhere such a worker waits for jobs for ever.
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    gc.freeze()
