"""Instructions per inference on AArch64, counted under qemu-user: a figure that no other load on the machine changes.

``python -m benchmarks.aarch64 [--lab FOLDER] [--json FILE] [--hot-blocks N] ARTIFACT [ARTIFACT ...]``

takes .tflite and .pte files of one length. The first call installs the laboratory into FOLDER (build/device-lab): an
AArch64 userland, qemu-user and compilers from Debian, LiteRT, ExecuTorch's runtime and numpy for AArch64 from PyPI.
Each artifact runs on one thread of an emulated Cortex-A76, the core of a Raspberry Pi 5; a plugin of qemu counts how
often each block of instructions runs. The same inputs run on this host, and the outputs are compared.

An instruction count is not a time: a dot product of int8, a load that misses the cache and a move each count as one. It
compares two artifacts on the same core, and shows which kernel does the work.
"""
