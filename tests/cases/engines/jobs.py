"""Jobs for the engines' tests, importable in every process."""

from __future__ import annotations

import gc
import os
import signal
import time
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Job:
    number: int
    folder: Path
    deaths: int = 0


def same() -> str:
    return "1"


def process_id() -> str:
    return str(os.getpid())


def frozen(_job: Job) -> int:
    """How many objects of this process the garbage collector leaves alone."""
    return gc.get_freeze_count()


def square(job: Job) -> int:
    return job.number**2


def raises(job: Job) -> int:
    if job.number == 2:
        raise ValueError("job 2")
    return job.number


def dies_of_two(job: Job) -> int:
    """Job 2 kills its process until it is told of three deaths."""
    if job.number == 2 and job.deaths < 3:
        with (job.folder / "deaths").open("a", encoding="ascii") as file:
            file.write(f"{job.deaths}\n")
        os.kill(os.getpid(), signal.SIGKILL)
    return job.number


def worker_once(job: Job) -> int:
    """Job 2 kills its process' parent, once."""
    mark = job.folder / "killed"
    if job.number == 2 and not mark.exists():
        mark.write_text(f"{os.getppid()} {os.getpid()}", encoding="ascii")
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(60)
    return job.number


def after_death(job: Job, deaths: int) -> Job:
    if deaths > 5:
        raise ValueError("enough")
    return replace(job, deaths=deaths)


def main_thread(job: Job) -> bool:
    """Whether an alarm can end a job that never ends."""

    def stop(_signal: int, _frame: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        time.sleep(60)
    except TimeoutError:
        return True
    return False


def nap(job: Job) -> int:
    time.sleep(0.1)
    return job.number


def process(_job: Job) -> int:
    return os.getpid()
