"""Where work runs. An engine maps a function over jobs and knows nothing of what they are.

``run(function, jobs, after_death)`` yields ``(index, result)`` for every job, in any order. When a job's process dies, the engine runs
``after_death(job, deaths)`` alone in its place, as often as that dies too, instead of hanging or failing the rest; what
`after_death` raises ends the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from corpus_builder.engines.local import InProcess, Processes

__all__ = ["Engine", "EngineError", "InProcess", "Processes", "in_order", "processes"]

Job = TypeVar("Job")
Result = TypeVar("Result")


class EngineError(Exception):
    """An engine that cannot work: one clear line for the person."""


class Engine(Protocol):
    """What every engine offers. One that is ``far`` works on other machines, with memory of their own."""

    @property
    def far(self) -> bool: ...

    def run(
        self, function: Callable[[Job], Result], jobs: Sequence[Job], after_death: Callable[[Job, int], Job]
    ) -> Iterator[tuple[int, Result]]: ...


def processes(workers: int) -> Engine:
    """Jobs in this many processes of this machine; one worker needs no second process."""
    return InProcess() if workers == 1 else Processes(workers)


def in_order(
    engine: Engine,
    function: Callable[[Job], Result],
    jobs: Sequence[Job],
    after_death: Callable[[Job, int], Job],
    tell: Callable[[int], None],
) -> Iterator[Result]:
    """The results in the order of the jobs, when all are done. ``tell`` is told how many are, after each."""
    results: dict[int, Result] = {}
    for index, result in engine.run(function, jobs, after_death):
        results[index] = result
        tell(len(results))
    for index in range(len(jobs)):
        yield results.pop(index)
