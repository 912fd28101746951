"""What every engine promises: a result for each job, errors raised here, and a death that is told of and goes round."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from pathlib import Path

import jobs
import pytest
from jobs import Job

from corpus_builder.engines import Engine, EngineError, processes
from corpus_builder.engines.cluster import Cluster


def runs(process: str) -> bool:
    """Whether there is such a process, and it has not ended (Z: ended, and nobody asked how)."""
    stat = Path(f"/proc/{process}/stat")
    return stat.exists() and stat.read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"


@pytest.fixture
def cluster(scheduler: str) -> Iterator[Cluster]:
    engine = Cluster(scheduler, jobs.same)
    yield engine
    engine.close()


@pytest.fixture(params=["one process", "processes", "cluster"])
def engine(request: pytest.FixtureRequest) -> Engine:
    if request.param == "cluster":
        found: Engine = request.getfixturevalue("cluster")
        return found
    return processes(1 if request.param == "one process" else 2)


@pytest.fixture(params=["processes", "cluster"])
def surviving(request: pytest.FixtureRequest) -> Engine:
    if request.param == "cluster":
        found: Engine = request.getfixturevalue("cluster")
        return found
    return processes(2)


def made(count: int, folder: Path) -> list[Job]:
    return [Job(number, folder) for number in range(count)]


def test_every_job_gives_its_result(engine: Engine, tmp_path: Path) -> None:
    results = dict(engine.run(jobs.square, made(30, tmp_path), jobs.after_death))
    assert results == {number: number**2 for number in range(30)}


def test_forked_workers_leave_the_memory_they_share_alone(tmp_path: Path) -> None:
    before = gc.get_freeze_count()
    found = dict(processes(2).run(jobs.frozen, made(3, tmp_path), jobs.after_death))
    assert all(count > 10_000 for count in found.values())
    assert gc.get_freeze_count() == before


def test_no_jobs_no_results(engine: Engine) -> None:
    assert list(engine.run(jobs.square, [], jobs.after_death)) == []


def test_what_a_job_raises_is_raised_here(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="job 2"):
        list(engine.run(jobs.raises, made(4, tmp_path), jobs.after_death))


def test_a_job_that_kills_its_process_is_run_again_as_told(surviving: Engine, tmp_path: Path) -> None:
    results = dict(surviving.run(jobs.dies_of_two, made(6, tmp_path), jobs.after_death))
    assert results == {number: number for number in range(6)}
    assert (tmp_path / "deaths").read_text(encoding="ascii") == "0\n1\n2\n"


def test_what_is_raised_after_a_death_ends_the_run(surviving: Engine, tmp_path: Path) -> None:
    def give_up(_job: Job, deaths: int) -> Job:
        raise EngineError(f"{deaths} death")

    with pytest.raises(EngineError, match="1 death"):
        list(surviving.run(jobs.dies_of_two, made(3, tmp_path), give_up))


def test_a_job_whose_worker_dies_is_run_by_another(cluster: Cluster, tmp_path: Path) -> None:
    results = dict(cluster.run(jobs.worker_once, made(6, tmp_path), jobs.after_death))
    assert results == {number: number for number in range(6)}
    worker, child = (tmp_path / "killed").read_text(encoding="ascii").split()
    assert not runs(worker)
    for _moment in range(100):
        if not runs(child):
            break
        time.sleep(0.1)
    assert not runs(child), "the orphan works on"


def test_a_job_runs_in_a_main_thread(cluster: Cluster, tmp_path: Path) -> None:
    assert dict(cluster.run(jobs.main_thread, made(2, tmp_path), jobs.after_death)) == {0: True, 1: True}


def test_a_worker_unlike_us_is_refused(scheduler: str, tmp_path: Path) -> None:
    engine = Cluster(scheduler, jobs.process_id)
    try:
        with pytest.raises(EngineError, match="another version"):
            list(engine.run(jobs.square, made(1, tmp_path), jobs.after_death))
    finally:
        engine.close()


def test_no_scheduler_is_one_clear_line(tmp_path: Path) -> None:
    engine = Cluster("tcp://127.0.0.1:9", jobs.same, seconds=0.5)
    with pytest.raises(EngineError, match=r"^tcp://127\.0\.0\.1:9: no Dask scheduler answers there"):
        list(engine.run(jobs.square, made(1, tmp_path), jobs.after_death))
    engine.close()


def test_a_scheduler_that_goes_is_one_clear_line(tmp_path: Path) -> None:
    from distributed import LocalCluster

    cluster = LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0", host="127.0.0.1")
    engine = Cluster(cluster.scheduler_address, jobs.same)
    results = engine.run(jobs.nap, made(50, tmp_path), jobs.after_death)
    next(results)
    cluster.close()
    with pytest.raises(EngineError, match="the Dask scheduler has gone; build again to go on"):
        list(results)
    engine.close()


def test_a_scheduler_without_workers_is_one_clear_line(tmp_path: Path) -> None:
    from distributed import LocalCluster

    with LocalCluster(n_workers=0, dashboard_address=":0", host="127.0.0.1") as cluster:
        engine = Cluster(cluster.scheduler_address, jobs.same, seconds=0.3)
        with pytest.raises(EngineError, match="the Dask scheduler has no workers"):
            list(engine.run(jobs.square, made(1, tmp_path), jobs.after_death))


def test_a_cluster_that_loses_its_workers_is_one_clear_line(tmp_path: Path) -> None:
    from distributed import LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0", host="127.0.0.1") as cluster:
        engine = Cluster(cluster.scheduler_address, jobs.same)
        engine.seconds = 1
        results = engine.run(jobs.nap, made(50, tmp_path), jobs.after_death)
        next(results)
        cluster.scale(0)
        with pytest.raises(EngineError, match="has no workers any more; build again to go on"):
            list(results)
        engine.close()


def test_a_worker_that_lacks_the_package_is_refused_before_it_is_given_a_job(
    scheduler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs.same, "__module__", "nowhere")
    engine = Cluster(scheduler, jobs.same)
    try:
        with pytest.raises(EngineError, match=r"^tcp://.*another version of corpus-builder.*, or none$"):
            list(engine.run(jobs.square, made(1, tmp_path), jobs.after_death))
    finally:
        engine.close()
