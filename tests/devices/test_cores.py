"""How many cores this process may use, on systems as Linux describes them in files."""

import os

import pytest

from edge.devices.cores import cpu_quota, physical_cores, usable_cores


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a file of the system that lies at `tmp_path`."""

    def write(path, text):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + "\n")

    return write


def write_processors(write, siblings):
    for number, cores in enumerate(siblings):
        write(f"sys/devices/system/cpu/cpu{number}/topology/core_cpus_list", cores)


def test_hyperthreads_of_a_core_count_once(write, tmp_path):
    write_processors(write, ["0,2", "1,3", "0,2", "1,3"])

    assert physical_cores({0, 1, 2, 3}, tmp_path) == 2
    assert physical_cores({0, 2}, tmp_path) == 1
    assert physical_cores({0, 1}, tmp_path) == 2


def test_processors_of_unknown_topology_count_each(tmp_path):
    assert physical_cores({0, 1, 2}, tmp_path) == 3


@pytest.mark.parametrize(("limit", "cores"), [("200000 100000", 2.0), ("150000 100000", 1.5), ("max 100000", None)])
def test_quota_of_version_2(write, tmp_path, limit, cores):
    write("proc/self/cgroup", "0::/service/worker")
    write("sys/fs/cgroup/service/worker/cpu.max", limit)

    assert cpu_quota(tmp_path) == cores


def test_the_least_quota_around_counts(write, tmp_path):
    write("proc/self/cgroup", "0::/service/worker")
    write("sys/fs/cgroup/service/cpu.max", "100000 100000")
    write("sys/fs/cgroup/service/worker/cpu.max", "300000 100000")

    assert cpu_quota(tmp_path) == 1.0


def test_in_a_container_the_own_group_lies_at_the_top(write, tmp_path):
    write("proc/self/cgroup", "0::/")
    write("sys/fs/cgroup/cpu.max", "200000 100000")

    assert cpu_quota(tmp_path) == 2.0


@pytest.mark.parametrize(("quota", "cores"), [("250000", 2.5), ("-1", None)])
def test_quota_of_version_1(write, tmp_path, quota, cores):
    write("proc/self/cgroup", "4:memory:/docker/1\n3:cpu,cpuacct:/docker/1\n0::/")
    write("sys/fs/cgroup/cpu,cpuacct/docker/1/cpu.cfs_quota_us", quota)
    write("sys/fs/cgroup/cpu,cpuacct/docker/1/cpu.cfs_period_us", "100000")

    assert cpu_quota(tmp_path) == cores


def test_system_without_control_groups_has_no_quota(tmp_path):
    assert cpu_quota(tmp_path) is None


def test_a_part_of_a_core_is_one(write, tmp_path):
    write("proc/self/cgroup", "0::/")
    write("sys/fs/cgroup/cpu.max", "20000 100000")

    assert usable_cores(tmp_path) == 1


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="affinity is Linux's")
def test_affinity_counts():
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert usable_cores() == 1
    finally:
        os.sched_setaffinity(0, before)
