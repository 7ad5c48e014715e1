"""Names of Arm cores by the implementer's and the part's number, as /proc/cpuinfo gives them.

From util-linux's ``sys-utils/lscpu-arm.c``, which collects the values of the MIDR_EL1 register out of each core's
technical reference manual; those that phones and boards have.
"""

ARM = 0x41
NVIDIA = 0x4E
QUALCOMM = 0x51
SAMSUNG = 0x53
APPLE = 0x61
AMPERE = 0xC0

CORES: dict[tuple[int, int], str] = {
    (ARM, 0xB76): "ARM1176",
    (ARM, 0xC05): "Cortex-A5",
    (ARM, 0xC07): "Cortex-A7",
    (ARM, 0xC08): "Cortex-A8",
    (ARM, 0xC09): "Cortex-A9",
    (ARM, 0xC0E): "Cortex-A17",
    (ARM, 0xC0F): "Cortex-A15",
    (ARM, 0xD01): "Cortex-A32",
    (ARM, 0xD02): "Cortex-A34",
    (ARM, 0xD03): "Cortex-A53",
    (ARM, 0xD04): "Cortex-A35",
    (ARM, 0xD05): "Cortex-A55",
    (ARM, 0xD06): "Cortex-A65",
    (ARM, 0xD07): "Cortex-A57",
    (ARM, 0xD08): "Cortex-A72",
    (ARM, 0xD09): "Cortex-A73",
    (ARM, 0xD0A): "Cortex-A75",
    (ARM, 0xD0B): "Cortex-A76",
    (ARM, 0xD0C): "Neoverse-N1",
    (ARM, 0xD0D): "Cortex-A77",
    (ARM, 0xD0E): "Cortex-A76AE",
    (ARM, 0xD40): "Neoverse-V1",
    (ARM, 0xD41): "Cortex-A78",
    (ARM, 0xD42): "Cortex-A78AE",
    (ARM, 0xD44): "Cortex-X1",
    (ARM, 0xD46): "Cortex-A510",
    (ARM, 0xD47): "Cortex-A710",
    (ARM, 0xD48): "Cortex-X2",
    (ARM, 0xD49): "Neoverse-N2",
    (ARM, 0xD4A): "Neoverse-E1",
    (ARM, 0xD4B): "Cortex-A78C",
    (ARM, 0xD4C): "Cortex-X1C",
    (ARM, 0xD4D): "Cortex-A715",
    (ARM, 0xD4E): "Cortex-X3",
    (ARM, 0xD4F): "Neoverse-V2",
    (ARM, 0xD80): "Cortex-A520",
    (ARM, 0xD81): "Cortex-A720",
    (ARM, 0xD82): "Cortex-X4",
    (ARM, 0xD85): "Cortex-X925",
    (ARM, 0xD87): "Cortex-A725",
    (NVIDIA, 0x003): "Denver 2",
    (NVIDIA, 0x004): "Carmel",
    (QUALCOMM, 0x001): "Oryon",
    (QUALCOMM, 0x800): "Kryo 2xx Gold",
    (QUALCOMM, 0x801): "Kryo 2xx Silver",
    (QUALCOMM, 0x802): "Kryo 3xx Gold",
    (QUALCOMM, 0x803): "Kryo 3xx Silver",
    (QUALCOMM, 0x804): "Kryo 4xx Gold",
    (QUALCOMM, 0x805): "Kryo 4xx Silver",
    (SAMSUNG, 0x001): "Exynos-M1",
    (SAMSUNG, 0x002): "Exynos-M3",
    (SAMSUNG, 0x003): "Exynos-M4",
    (SAMSUNG, 0x004): "Exynos-M5",
    (APPLE, 0x022): "Icestorm",
    (APPLE, 0x023): "Firestorm",
    (AMPERE, 0xAC3): "Ampere-1",
    (AMPERE, 0xAC4): "Ampere-1a",
}


def core_name(implementer: int, part: int) -> str:
    """Return the core's name, or its numbers where it is not known."""
    return CORES.get((implementer, part), f"core {implementer:#04x}:{part:#05x}")
