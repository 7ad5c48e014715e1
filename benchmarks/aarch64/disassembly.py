"""Instructions as text, by the laboratory's objdump."""

import struct
import subprocess
import tempfile
from pathlib import Path

from benchmarks.aarch64.blocks import Block
from benchmarks.aarch64.compilation import Compilers
from edge.errors import ConversionError


def disassemble(compilers: Compilers, block: Block) -> list[str]:
    """Return one line for each instruction of `block`: mnemonic and operands.

    Raises
    ------
    ConversionError
        If objdump fails.
    """
    with tempfile.TemporaryDirectory(prefix="squeezebert-edge-") as name:
        binary = Path(name) / "block.bin"
        binary.write_bytes(struct.pack(f"<{len(block.opcodes)}I", *block.opcodes))
        command = [*compilers.command("aarch64-linux-gnu-objdump"), "--disassemble-all", "--target=binary"]
        # Zeros are instructions here, not padding.
        command += ["--architecture=aarch64", "--disassemble-zeroes", f"--adjust-vma={block.address:#x}", str(binary)]
        done = subprocess.run(command, capture_output=True, text=True, env=compilers.environment())
    if done.returncode != 0:
        raise ConversionError(f"objdump failed: {done.stderr.strip().splitlines()[-1:]}")
    # address:\topcode\tmnemonic\toperands
    rows = [line.split("\t") for line in done.stdout.splitlines() if line.count("\t") >= 2]
    return [" ".join(field.strip() for field in row[2:]) for row in rows]
