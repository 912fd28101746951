"""Where work runs. An engine maps a function over jobs and knows nothing of what they are.

``run(function, jobs, on_death)`` yields ``(index, result)`` for every job, in any order. When a job's process dies again and again, the
engine yields ``on_death(job)`` in its place instead of hanging or failing the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from corpus_builder.engines.local import InProcess, Processes, run_alone

__all__ = ["Engine", "InProcess", "Processes", "processes", "run_alone"]

Job = TypeVar("Job")
Result = TypeVar("Result")


class Engine(Protocol):
    """What every engine offers."""

    def run(
        self, function: Callable[[Job], Result], jobs: Sequence[Job], on_death: Callable[[Job], Result]
    ) -> Iterator[tuple[int, Result]]: ...


def processes(workers: int) -> Engine:
    """Jobs in this many processes of this machine; one worker needs no second process."""
    return InProcess() if workers == 1 else Processes(workers)
