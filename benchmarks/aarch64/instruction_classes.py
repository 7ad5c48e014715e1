"""What kind of work an AArch64 instruction does, from its 32-bit encoding.

The masks are those of the Arm Architecture Reference Manual for A-profile (DDI 0487), chapter C4, "A64 instruction set
encoding"; SVE and SME are classes as a whole.
"""

from typing import NamedTuple


class Pattern(NamedTuple):
    """Encodings whose bits under `mask` are `value`."""

    name: str
    mask: int
    value: int


OTHER = "other"

# The first match counts. Vector means Advanced SIMD: NEON.
PATTERNS: tuple[Pattern, ...] = (
    # Products of int8: the groups of four of SDOT, UDOT, USDOT and SUDOT, and the 2x8 matrices of SMMLA, UMMLA, USMMLA.
    Pattern("int8 dot product", 0x9F20F400, 0x0E009400),
    Pattern("int8 dot product", 0x9F00F400, 0x0F00E000),
    Pattern("int8 dot product", 0x9F00F400, 0x0F00F000),
    Pattern("int8 matrix product", 0xDFE0F400, 0x4E80A400),
    # FMLA and FMLS, by vector and by element, in float32, float64 and float16.
    Pattern("float multiply-add", 0xBF20FC00, 0x0E20CC00),
    Pattern("float multiply-add", 0xBF60FC00, 0x0E400C00),
    Pattern("float multiply-add", 0xBF80B400, 0x0F801000),
    Pattern("float multiply-add", 0xBFC0B400, 0x0F001000),
    # Widening multiplies, by vector (SMLAL, SMLSL, SMULL, unsigned ones) and by element; MLA and MUL.
    Pattern("vector integer multiply", 0x9F20DC00, 0x0E208000),
    Pattern("vector integer multiply", 0x9F20FC00, 0x0E20C000),
    Pattern("vector integer multiply", 0x9F20F400, 0x0E209400),
    Pattern("vector integer multiply", 0x9F00B400, 0x0F002000),
    Pattern("vector integer multiply", 0x9F00F400, 0x0F00A000),
    Pattern("vector integer multiply", 0xBF00B400, 0x2F000000),
    Pattern("vector integer multiply", 0xBF00F400, 0x0F008000),
    # FDIV and FSQRT, vector and scalar.
    Pattern("float divide, square root", 0xBFA0FC00, 0x2E20FC00),
    Pattern("float divide, square root", 0xBFBFFC00, 0x2EA1F800),
    Pattern("float divide, square root", 0xFF20FC00, 0x1E201800),
    Pattern("float divide, square root", 0xFF3FFC00, 0x1E21C000),
    # TBL and TBX.
    Pattern("vector table look-up", 0xBFE08C00, 0x0E000000),
    # DUP, INS, SMOV, UMOV; ZIP, UZP, TRN; EXT: values only change places.
    Pattern("vector move, permute", 0x9FE08400, 0x0E000400),
    Pattern("vector move, permute", 0xBF208C00, 0x0E000800),
    Pattern("vector move, permute", 0xBFE08400, 0x2E000000),
    # V is bit 26, L bit 22: pairs; one register, by immediate or register; literal; LD1 to ST4.
    Pattern("vector load", 0x3E400000, 0x2C400000),
    Pattern("vector store", 0x3E400000, 0x2C000000),
    Pattern("vector load", 0x3E400000, 0x3C400000),
    Pattern("vector store", 0x3E400000, 0x3C000000),
    Pattern("vector load", 0x3F000000, 0x1C000000),
    Pattern("vector load", 0xBE400000, 0x0C400000),
    Pattern("vector store", 0xBE400000, 0x0C000000),
    # PRFM: size 3, opc 2.
    Pattern("prefetch", 0xFEC00000, 0xF8800000),
    Pattern("prefetch", 0xFF000000, 0xD8000000),
    Pattern("scalar load", 0x3E400000, 0x28400000),
    Pattern("scalar store", 0x3E400000, 0x28000000),
    Pattern("scalar store", 0x3EC00000, 0x38000000),
    Pattern("scalar load", 0x3E000000, 0x38000000),
    Pattern("scalar load", 0x3F000000, 0x18000000),
    Pattern("exclusive load and store", 0x3E000000, 0x08000000),
    # Scalar floating point, and what is left of Advanced SIMD.
    Pattern("scalar float", 0x5E000000, 0x1E000000),
    Pattern("vector arithmetic", 0x0E000000, 0x0E000000),
    Pattern("branch, system", 0x1C000000, 0x14000000),
    Pattern("scalar integer", 0x1C000000, 0x10000000),
    Pattern("scalar integer", 0x0E000000, 0x0A000000),
    Pattern("SVE", 0x1E000000, 0x04000000),
    Pattern("SME", 0x9E000000, 0x80000000),
)


def instruction_class(opcode: int) -> str:
    """Return the class of one instruction.

    Parameters
    ----------
    opcode
        Its 32 bits.

    Returns
    -------
    str
        A name out of `PATTERNS`, or `OTHER`.
    """
    for pattern in PATTERNS:
        if opcode & pattern.mask == pattern.value:
            return pattern.name
    return OTHER
