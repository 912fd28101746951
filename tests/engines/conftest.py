"""A real Dask cluster of two processes, a real object store, and jobs that every process can import."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

CASES = Path(__file__).parent.parent / "cases" / "engines"
sys.path.insert(0, str(CASES))


@pytest.fixture(scope="session")
def environment() -> Iterator[pytest.MonkeyPatch]:
    """The environment of every process that the session starts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(CASES), os.environ.get("PYTHONPATH")))))
        yield patch


@pytest.fixture(scope="session")
def store(environment: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a bucket in an S3 server of this machine."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    environment.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    environment.setenv("AWS_ACCESS_KEY_ID", "test")
    environment.setenv("AWS_SECRET_ACCESS_KEY", "test")
    environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
    import s3fs

    s3fs.S3FileSystem().mkdir("corpora")
    yield "s3://corpora"
    server.stop()


@pytest.fixture(scope="session")
def scheduler(store: str, environment: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of the cluster's scheduler."""
    import dask
    from distributed import LocalCluster

    # A job may outlive its worker once; with Dask's own three times, the tests would mostly wait for new workers.
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", host="127.0.0.1"
        ) as cluster,
    ):
        yield cluster.scheduler_address
