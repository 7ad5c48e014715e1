"""What Android devices say of themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.devices.android_properties import parse_properties, with_properties
from edge.devices.information import CoreGroup, DeviceInformation
from edge.errors import DeviceError

PIXEL_8 = """ro.product.manufacturer=Google
ro.product.model=Pixel 8
ro.product.cpu.abilist=arm64-v8a
ro.build.version.release=15
ro.build.version.sdk=35
ro.soc.manufacturer=Google
ro.soc.model=Tensor G3
ro.board.platform=zuma
ro.hardware=shiba
ro.serialno=0A1B2C3D
linker=/system/bin/linker64
"""
OLD_PHONE = """ro.product.manufacturer=samsung
ro.product.model=SM-A105F
ro.product.cpu.abilist=armeabi-v7a,armeabi
ro.build.version.release=9
ro.build.version.sdk=28
ro.soc.manufacturer=
ro.soc.model=
ro.board.platform=universal7904
ro.hardware=exynos7904
ro.serialno=unknown
"""
KERNEL = DeviceInformation(
    kind="adb",
    name="adb",
    identity="of the kernel",
    model="unknown",
    architecture="aarch64",
    cores=[CoreGroup(count=8, part="Cortex-A53")],
    system="Linux",
    runtimes={},
)


def test_properties_become_the_device_s_description():
    information = with_properties(KERNEL, parse_properties(PIXEL_8), "of the serial")

    assert str(information) == "Google Pixel 8, Android 15 (API 35), aarch64, 8 cores"
    assert (information.soc, information.identity) == ("Google Tensor G3", "of the serial")


def test_a_64_bit_kernel_with_32_bit_programs_is_a_32_bit_device():
    information = with_properties(KERNEL, parse_properties(OLD_PHONE), None)

    assert information.architecture == "armv7l"
    assert (information.soc, information.identity) == ("universal7904", "of the kernel")
    assert information.model == "samsung SM-A105F"


def test_a_maker_s_name_stands_once():
    text = PIXEL_8.replace("Pixel 8", "Google Pixel 8")

    assert parse_properties(text).title == "Google Pixel 8"


def test_android_s_c_library_is_seen_by_its_linker():
    assert parse_properties(PIXEL_8).has_bionic
    assert not parse_properties(PIXEL_8.partition("linker")[0]).has_bionic


def test_an_unknown_processor_is_named():
    text = PIXEL_8.replace("arm64-v8a", "riscv64")

    with pytest.raises(DeviceError, match="adb: runs programs for riscv64"):
        with_properties(KERNEL, parse_properties(text), None)


@given(st.text() | st.lists(st.sampled_from([PIXEL_8, "ro.product.cpu.abilist=", "=", ",", "\r\n", "٣"])).map("".join))
def test_no_text_breaks_it(text):
    assert parse_properties(text).title
