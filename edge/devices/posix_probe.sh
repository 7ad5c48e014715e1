# What a machine with a POSIX shell is, in sections: "[name]", then lines that begin with a blank.
# Runs under dash, busybox and Android's mksh with toybox. A Python to look for packages with may be named in $wanted_python,
# the packages in $packages.

section() {
    echo "[$1]"
    sed 's/^/ /'
    # The file's last line need not have an end.
    echo
}

text() {
    if [ -r "$2" ]; then tr -d '\000\r' <"$2" 2>/dev/null | section "$1"; fi
}

uname -m | section machine
uname -r | section kernel
uname -s | section system
text release /etc/os-release
text memory /proc/meminfo
text processors /proc/cpuinfo
text model /sys/firmware/devicetree/base/model
text vendor /sys/class/dmi/id/sys_vendor
text product /sys/class/dmi/id/product_name
text serial /sys/firmware/devicetree/base/serial-number
text machine-id /etc/machine-id
text throttled /sys/devices/platform/soc/soc:firmware/get_throttled
if [ -r /sys/firmware/devicetree/base/compatible ]; then
    tr '\000' '\n' </sys/firmware/devicetree/base/compatible | section compatible
fi
for file in /sys/class/net/*/address; do
    case $file in */lo/address | *'*'*) ;; *) cat "$file" 2>/dev/null ;; esac
done | section addresses

# The first 20 bytes of a program say for which processor programs are, whatever the kernel is.
dd if="$(command -v sh)" bs=20 count=1 2>/dev/null | od -An -v -tu1 2>/dev/null | section program

for folder in /sys/devices/system/cpu/cpu[0-9]*; do
    [ -d "$folder" ] || continue
    clock=$(cat "$folder/cpufreq/cpuinfo_max_freq" 2>/dev/null)
    governor=$(cat "$folder/cpufreq/scaling_governor" 2>/dev/null)
    echo "${folder##*/cpu} ${clock:--} ${governor:--}"
done | section clocks
for file in /sys/class/thermal/thermal_zone*/temp; do
    cat "$file" 2>/dev/null
done | section temperatures

# Prints the versions of packages, or fails where squeezebert-edge is not installed and the first word does not say "any".
look='
import sys
from importlib import metadata
def version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
found = {name: version(name) for name in sys.argv[2:]}
if found["squeezebert-edge"] is None and sys.argv[1] != "any":
    sys.exit(1)
print("Python", "%d.%d.%d" % sys.version_info[:3])
for name, known in found.items():
    if known is not None:
        print(name, known)
'

interpreters() {
    if [ -n "$wanted_python" ]; then
        echo "$wanted_python"
        return
    fi
    echo "$HOME/squeezebert-edge/bin/python"
    echo "$HOME/.venv/bin/python"
    for program in "$(command -v squeezebert-edge)" "$HOME/.local/bin/squeezebert-edge"; do
        [ -r "$program" ] && sed -n '1s/^#! *\(.*python[^ ]*\).*/\1/p' "$program"
    done
    command -v python3
}

if [ -n "$packages" ]; then
    for attempt in installed any; do
        found=$(
            interpreters | while read -r python; do
                # shellcheck disable=SC2086 # $packages is a list of words
                versions=$("$python" -c "$look" "$attempt" $packages 2>/dev/null </dev/null) || continue
                echo "$python"
                echo "$versions"
                break
            done
        )
        [ -n "$found" ] && break
    done
    echo "$found" | section python
fi
