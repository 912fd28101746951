"""A real Dask cluster of two processes, and jobs that every process can import."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

CASES = Path(__file__).parent.parent / "cases" / "engines"
sys.path.insert(0, str(CASES))


@pytest.fixture(scope="session")
def scheduler() -> Iterator[str]:
    """The address of the scheduler."""
    import dask
    from distributed import LocalCluster

    before = os.environ.get("PYTHONPATH", "")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(CASES), before)))
    # A job may outlive its worker once; with Dask's own three times, the tests would mostly wait for new workers.
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
        ) as cluster,
    ):
        yield cluster.scheduler_address
    os.environ["PYTHONPATH"] = before
