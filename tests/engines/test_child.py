"""The process beside a worker's thread: it lasts, belongs to one owner, and may leave between jobs."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import jobs
import pytest
from jobs import Job

from corpus_builder.engines import child
from corpus_builder.engines.child import ChildDiedError, run_in_child

JOB = Job(7, Path())


@pytest.fixture(autouse=True)
def importable(environment: pytest.MonkeyPatch) -> None:
    """Children import the jobs."""


def test_jobs_of_one_owner_share_a_process() -> None:
    first = run_in_child(jobs.process, JOB, "one")
    assert first != os.getpid()
    assert run_in_child(jobs.process, JOB, "one") == first
    assert run_in_child(jobs.process, JOB, "two") != first


def test_a_child_that_left_for_want_of_work_is_replaced() -> None:
    first = run_in_child(jobs.process, JOB, "one")
    with socket.socket(fileno=os.dup(child._held.child.connection.fileno())) as line:
        line.shutdown(socket.SHUT_WR)
    child._held.child.process.wait()
    assert run_in_child(jobs.process, JOB, "one") != first


def test_a_death_is_told_and_the_next_job_has_a_new_child(tmp_path: Path) -> None:
    with pytest.raises(ChildDiedError, match="exit status -9"):
        run_in_child(jobs.dies_of_two, Job(2, tmp_path), "one")
    assert run_in_child(jobs.square, JOB, "one") == 49
