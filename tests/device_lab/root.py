"""What Debian's maintainer scripts would do to a root that packages were only unpacked into."""

from pathlib import Path

USER, USER_ID = "pi", 1000
# Packages of bookworm have files in both; one is a link to the other on every installed Debian.
MERGED = ("bin", "sbin", "lib")
LINKS = {
    "etc/mtab": "/proc/self/mounts",
    "usr/bin/awk": "mawk",
    "usr/bin/which": "which.debianutils",
}
# For mounts over a root that is read-only then.
FOLDERS = (f"home/{USER}", "usr/local/bin", "etc/ssh", "sys")
FILES = ("etc/resolv.conf",)
CERTIFICATES = "etc/ssl/certs/ca-certificates.crt"


def finish_root(root: Path) -> None:
    """Make an unpacked root one that programs run in, with a user ``pi``."""
    for name in MERGED:
        _merge(root / name, root / "usr" / name)
        (root / name).symlink_to(f"usr/{name}")
    _add_users(root)
    for path, target in LINKS.items():
        (root / path).symlink_to(target)
    for path in FOLDERS:
        (root / path).mkdir(parents=True, exist_ok=True)
    for path in FILES:
        (root / path).touch()
    (root / "etc/hosts").write_text("127.0.0.1 localhost\n", encoding="ascii")
    (root / "etc/hostname").write_text("raspberrypi\n", encoding="ascii")
    authorities = sorted((root / "usr/share/ca-certificates/mozilla").glob("*.crt"))
    (root / CERTIFICATES).write_bytes(b"".join(path.read_bytes() for path in authorities))


def _merge(source: Path, target: Path) -> None:
    """Move what is in `source` to `target`."""
    target.mkdir(exist_ok=True)
    for path in source.iterdir():
        if path.is_dir() and not path.is_symlink():
            _merge(path, target / path.name)
        elif not path.is_symlink() or not (target / path.name).exists():
            # A link of a package to where the file lies after the merge is not needed.
            path.replace(target / path.name)
        else:
            path.unlink()
    source.rmdir()


def _add_users(root: Path) -> None:
    master = root / "usr/share/base-passwd"
    users = (master / "passwd.master").read_text(encoding="ascii").replace(":*:", ":x:")
    groups = (master / "group.master").read_text(encoding="ascii").replace(":*:", ":x:")
    users += "sshd:x:100:65534::/run/sshd:/usr/sbin/nologin\n"
    users += f"{USER}:x:{USER_ID}:{USER_ID}::/home/{USER}:/bin/bash\n"
    groups += f"{USER}:x:{USER_ID}:\n"
    (root / "etc/passwd").write_text(users, encoding="ascii")
    (root / "etc/group").write_text(groups, encoding="ascii")
    # Nobody has a password: a key is the only way in.
    names = [line.split(":")[0] for line in users.splitlines()]
    (root / "etc/shadow").write_text("".join(f"{name}:*:19000:0:99999:7:::\n" for name in names), encoding="ascii")
    (root / "etc/shadow").chmod(0o600)
