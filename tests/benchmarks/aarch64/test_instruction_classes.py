"""Instructions are told apart by their encoding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.aarch64.instruction_classes import OTHER, PATTERNS, instruction_class


# Assembled by binutils' aarch64-linux-gnu-as 2.40.
@pytest.mark.parametrize(
    ("opcode", "text", "expected"),
    [
        (0x4F87E1FF, "sdot v31.4s, v15.16b, v7.4b[0]", "int8 dot product"),
        (0x4E829420, "sdot v0.4s, v1.16b, v2.16b", "int8 dot product"),
        (0x2E829420, "udot v0.2s, v1.8b, v2.8b", "int8 dot product"),
        (0x4E829C20, "usdot v0.4s, v1.16b, v2.16b", "int8 dot product"),
        (0x4F22F820, "sudot v0.4s, v1.16b, v2.4b[3]", "int8 dot product"),
        (0x4E82A420, "smmla v0.4s, v1.16b, v2.16b", "int8 matrix product"),
        (0x6E82A420, "ummla v0.4s, v1.16b, v2.16b", "int8 matrix product"),
        (0x4E82AC20, "usmmla v0.4s, v1.16b, v2.16b", "int8 matrix product"),
        (0x4F801194, "fmla v20.4s, v12.4s, v0.s[0]", "float multiply-add"),
        (0x4EA3CC41, "fmls v1.4s, v2.4s, v3.4s", "float multiply-add"),
        (0x4E430C41, "fmla v1.8h, v2.8h, v3.8h", "float multiply-add"),
        (0x4F331841, "fmla v1.8h, v2.8h, v3.h[7]", "float multiply-add"),
        (0x6E23DC41, "fmul v1.4s, v2.4s, v3.4s", "vector arithmetic"),
        (0x4FA39041, "fmul v1.4s, v2.4s, v3.s[1]", "vector arithmetic"),
        (0x4E23D441, "fadd v1.4s, v2.4s, v3.4s", "vector arithmetic"),
        (0x0E614AD6, "sqxtn v22.4h, v22.4s", "vector arithmetic"),
        (0x4EA21C41, "mov v1.16b, v2.16b", "vector arithmetic"),
        (0x4E21CAD6, "fcvtas v22.4s, v22.4s", "vector arithmetic"),
        (0x4F000401, "movi v1.4s, #0", "vector arithmetic"),
        (0x6EA3B441, "sqrdmulh v1.4s, v2.4s, v3.4s", "vector arithmetic"),
        (0x4F315441, "shl v1.4s, v2.4s, #17", "vector arithmetic"),
        (0x6E23D441, "faddp v1.4s, v2.4s, v3.4s", "vector arithmetic"),
        (0x0E628020, "smlal v0.4s, v1.4h, v2.4h", "vector integer multiply"),
        (0x4E22C020, "smull2 v0.8h, v1.16b, v2.16b", "vector integer multiply"),
        (0x2F722020, "umlal v0.4s, v1.4h, v2.h[3]", "vector integer multiply"),
        (0x4EA29420, "mla v0.4s, v1.4s, v2.4s", "vector integer multiply"),
        (0x4E629C20, "mul v0.8h, v1.8h, v2.8h", "vector integer multiply"),
        (0x6FA20020, "mla v0.4s, v1.4s, v2.s[1]", "vector integer multiply"),
        (0x4FA28020, "mul v0.4s, v1.4s, v2.s[1]", "vector integer multiply"),
        (0x6E22FC20, "fdiv v0.4s, v1.4s, v2.4s", "float divide, square root"),
        (0x6EA1F820, "fsqrt v0.4s, v1.4s", "float divide, square root"),
        (0x1E221820, "fdiv s0, s1, s2", "float divide, square root"),
        (0x1E21C020, "fsqrt s0, s1", "float divide, square root"),
        (0x4E032020, "tbl v0.16b, {v1.16b, v2.16b}, v3.16b", "vector table look-up"),
        (0x4E040C20, "dup v0.4s, w1", "vector move, permute"),
        (0x4E183F89, "mov x9, v28.d[1]", "vector move, permute"),
        (0x4E003AD6, "zip1 v22.16b, v22.16b, v0.16b", "vector move, permute"),
        (0x4E826820, "trn2 v0.4s, v1.4s, v2.4s", "vector move, permute"),
        (0x6E022020, "ext v0.16b, v1.16b, v2.16b, #4", "vector move, permute"),
        (0x3DC0016F, "ldr q15, [x11]", "vector load"),
        (0xAD7FD9B5, "ldp q21, q22, [x13, #-16]", "vector load"),
        (0xBC6E7908, "ldr s8, [x8, x14, lsl #2]", "vector load"),
        (0x4CDFA800, "ld1 {v0.4s, v1.4s}, [x0], #32", "vector load"),
        (0x4D40C800, "ld1r {v0.4s}, [x0]", "vector load"),
        (0xFC5FD020, "ldur d0, [x1, #-3]", "vector load"),
        (0x9C000000, "ldr q0, .", "vector load"),
        (0x3C810420, "str q0, [x1], #16", "vector store"),
        (0x6DBC27E8, "stp d8, d9, [sp, #-64]!", "vector store"),
        (0x4C000000, "st4 {v0.16b-v3.16b}, [x0]", "vector store"),
        (0x4D008000, "st1 {v0.s}[2], [x0]", "vector store"),
        (0xF98080A0, "prfm pldl1keep, [x5, #256]", "prefetch"),
        (0xD8000000, "prfm pldl1keep, .", "prefetch"),
        (0xF9400420, "ldr x0, [x1, #8]", "scalar load"),
        (0x38E26820, "ldrsb w0, [x1, x2]", "scalar load"),
        (0xA8C17BFD, "ldp x29, x30, [sp], #16", "scalar load"),
        (0x58000000, "ldr x0, .", "scalar load"),
        (0xB9000020, "str w0, [x1]", "scalar store"),
        (0xA9BF7BFD, "stp x29, x30, [sp, #-16]!", "scalar store"),
        (0x38001C20, "strb w0, [x1, #1]!", "scalar store"),
        (0xC85FFC20, "ldaxr x0, [x1]", "exclusive load and store"),
        (0x88E07C41, "casa w0, w1, [x2]", "exclusive load and store"),
        (0x1E222820, "fadd s0, s1, s2", "scalar float"),
        (0x1F020C20, "fmadd s0, s1, s2, s3", "scalar float"),
        (0x9E66038A, "fmov x10, d28", "scalar float"),
        (0x1E220020, "scvtf s0, w1", "scalar float"),
        (0x91000420, "add x0, x1, #1", "scalar integer"),
        (0xF10006F7, "subs x23, x23, #1", "scalar integer"),
        (0x9B020C20, "madd x0, x1, x2, x3", "scalar integer"),
        (0x90000000, "adrp x0, .", "scalar integer"),
        (0x9A820020, "csel x0, x1, x2, eq", "scalar integer"),
        (0x5400000C, "b.gt .", "branch, system"),
        (0xD65F03C0, "ret", "branch, system"),
        (0xD4000001, "svc #0", "branch, system"),
        (0xB5000000, "cbnz x0, .", "branch, system"),
        (0xD503201F, "nop", "branch, system"),
        (0xA540A000, "ld1w {z0.s}, p0/z, [x0]", "SVE"),
        (0x65A20020, "fmla z0.s, p0/m, z1.s, z2.s", "SVE"),
        (0xA0812000, "smopa za0.s, p0/m, p1/m, z0.b, z1.b", "SME"),
        (0x00000000, ".inst 0x00000000", "other"),
    ],
)
def test_known_instructions(opcode: int, text: str, expected: str) -> None:
    assert instruction_class(opcode) == expected, text


@given(st.integers(0, 2**32 - 1))
def test_every_encoding_has_a_class(opcode: int) -> None:
    assert instruction_class(opcode) in {OTHER, *(pattern.name for pattern in PATTERNS)}


def test_no_pattern_asks_for_bits_outside_its_mask() -> None:
    assert [pattern for pattern in PATTERNS if pattern.value & ~pattern.mask] == []
