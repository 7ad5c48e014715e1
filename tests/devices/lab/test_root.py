"""What is done to unpacked packages before programs run among them."""

from pathlib import Path

import pytest

from tests.device_lab.root import finish_root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return what packages leave of a system with one shell, one library and one system user."""
    for file, text in {
        "bin/dash": "the shell",
        "sbin/tool": "a tool",
        "lib/aarch64-linux-gnu/libc.so.6": "the library",
        "usr/lib/aarch64-linux-gnu/libm.so": "another",
        "usr/bin/cat": "a program",
        "usr/share/base-passwd/passwd.master": "root:*:0:0:root:/root:/bin/bash\n",
        "usr/share/base-passwd/group.master": "root:*:0:\n",
        "usr/share/ca-certificates/mozilla/one.crt": "certificate\n",
        "etc/ssl/certs/README": "of the package\n",
    }.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text, encoding="ascii")
    (tmp_path / "bin/sh").symlink_to("dash")
    (tmp_path / "usr/sbin").mkdir()
    # As packages say where a program lies since systems were merged.
    (tmp_path / "bin/cat").symlink_to("/usr/bin/cat")
    finish_root(tmp_path)
    return tmp_path


def test_both_names_of_a_folder_are_one(root: Path) -> None:
    assert (root / "bin").resolve() == root / "usr/bin"
    assert (root / "bin/sh").read_text(encoding="ascii") == "the shell"
    assert {path.name for path in (root / "usr/lib/aarch64-linux-gnu").iterdir()} == {"libc.so.6", "libm.so"}


def test_link_to_the_merged_place_does_not_replace_the_program(root: Path) -> None:
    assert (root / "usr/bin/cat").read_text(encoding="ascii") == "a program"


def test_there_is_a_user_with_a_home_and_without_a_password(root: Path) -> None:
    assert "pi:x:1000:1000::/home/pi:/bin/bash" in (root / "etc/passwd").read_text(encoding="ascii").splitlines()
    assert (root / "etc/shadow").read_text(encoding="ascii").splitlines()[-1].startswith("pi:*:")
    assert (root / "home/pi").is_dir()
