"""What Linux says of a Raspberry Pi 5's processor, in files that qemu shows the guest in place of the host's.

Runtimes read /proc/cpuinfo and the caches' sizes to choose kernels and block sizes. LiteRT 2.3 crashes where
/proc/cpuinfo is an x86-64 host's; and a count must not depend on the host's caches.

The values are those of the BCM2712: four Cortex-A76 r4p1 at 1.5 to 2.4 GHz, 64 KiB of each level 1 cache and 512 KiB of
level 2 for each core, 2 MiB of level 3 for all.
"""

from pathlib import Path

CORES = 4
FEATURES = (
    "fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp"  # of a Pi 5
)
# index: level, type, KiB, line in bytes, ways, whether all cores share it
CACHES = (
    (1, "Data", 64, 64, 4, False),
    (1, "Instruction", 64, 64, 4, False),
    (2, "Unified", 512, 64, 8, False),
    (3, "Unified", 2048, 64, 16, True),
)
MINIMUM_KHZ, MAXIMUM_KHZ = 1_500_000, 2_400_000


def write_processor_files(root: Path, cores: int = CORES) -> None:
    """Write them under `root`, the folder that the guest sees as ``/``, for a processor of `cores` such cores."""
    for path, text in _files(cores).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text + "\n", encoding="ascii")


def _files(cores: int) -> dict[str, str]:
    everyone = f"0-{cores - 1}"
    cpu = "sys/devices/system/cpu"
    files = {"proc/cpuinfo": "\n".join(_cpuinfo(core) for core in range(cores))}
    files |= {f"{cpu}/{name}": everyone for name in ("possible", "present", "online")}
    files[f"{cpu}/kernel_max"] = "255"
    for core in range(cores):
        own = f"{cpu}/cpu{core}"
        mask = f"{1 << core:x}"
        files |= {
            f"{own}/topology/physical_package_id": "0",
            f"{own}/topology/cluster_id": "0",
            f"{own}/topology/core_id": str(core),
            f"{own}/topology/cluster_cpus_list": everyone,
            f"{own}/topology/core_siblings_list": everyone,
            f"{own}/topology/package_cpus_list": everyone,
            f"{own}/topology/thread_siblings_list": str(core),
            f"{own}/topology/core_cpus_list": str(core),
            f"{own}/topology/thread_siblings": mask,
            f"{own}/cpufreq/cpuinfo_min_freq": str(MINIMUM_KHZ),
            f"{own}/cpufreq/cpuinfo_max_freq": str(MAXIMUM_KHZ),
        }
        for index, (level, kind, kibibytes, line, ways, shared) in enumerate(CACHES):
            cache = f"{own}/cache/index{index}"
            files |= {
                f"{cache}/level": str(level),
                f"{cache}/type": kind,
                f"{cache}/size": f"{kibibytes}K",
                f"{cache}/coherency_line_size": str(line),
                f"{cache}/ways_of_associativity": str(ways),
                f"{cache}/number_of_sets": str(kibibytes * 1024 // line // ways),
                f"{cache}/shared_cpu_list": everyone if shared else str(core),
            }
    return files


def _cpuinfo(core: int) -> str:
    # Implementer 0x41 is Arm; part 0xd0b the Cortex-A76.
    rows = {
        "processor": str(core),
        "BogoMIPS": "108.00",
        "Features": FEATURES,
        "CPU implementer": "0x41",
        "CPU architecture": "8",
        "CPU variant": "0x4",
        "CPU part": "0xd0b",
        "CPU revision": "1",
    }
    return "".join(f"{name}\t: {value}\n" for name, value in rows.items())
