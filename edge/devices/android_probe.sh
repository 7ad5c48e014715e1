# What an Android device says of itself, a property a line. Only these: others tell of the owner and the network.
for name in \
    ro.product.manufacturer ro.product.model ro.product.cpu.abilist ro.build.version.release ro.build.version.sdk \
    ro.soc.manufacturer ro.soc.model ro.board.platform ro.hardware ro.serialno
do
    echo "$name=$(getprop "$name")"
done
# Where Android's C library starts programs; other systems behind an adb daemon have another one.
for file in /system/bin/linker64 /system/bin/linker; do
    if [ -e "$file" ]; then echo "linker=$file"; fi
done
