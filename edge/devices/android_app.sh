# sh android_app.sh PACKAGE ACTIVITY FOLDER [REQUEST]
#
# Has the reference app do a request of this folder, or describe itself, and brings its answer here. What the app needs
# lies here, where apps may read; what it writes lies in FOLDER, where it may write and this shell may read.
# The app is ended with this script, and when stdin ends: then nobody waits for it any more.

package=$1
activity=$2
theirs=$3
request=$4

stop() {
    am force-stop "$package" >/dev/null 2>&1
    rm -rf "$theirs"
}

give_up() {
    echo "$1" >&2
    exit 1
}

chmod 711 . || exit
if [ -n "$request" ]; then
    chmod 644 "$request" || exit
    chmod -R a+rX bundle || exit
fi

# A new process each time: what was loaded and what was resident before does not count.
stop
# Ends when stdin does. Stdin of a job in the background is /dev/null, so it has to be kept.
exec 3<&0
cat <&3 >/dev/null 2>&1 &
reader=$!
# Not by a signal that a shell that has just started may pass over: adb waits for all who have its stdin.
trap 'kill -9 $reader 2>/dev/null; stop' EXIT
trap 'exit 1' HUP INT TERM
# With nobody to read it, a message must not end this before the app has been ended.
trap '' PIPE

input keyevent KEYCODE_WAKEUP >/dev/null 2>&1
set -- -W -n "$package/$activity" --es answer "$theirs/answer.json"
[ -n "$request" ] && set -- "$@" --es request "$PWD/$request"
started=$(am start "$@" 2>&1)
case $started in
*Error:* | *Exception* | *"Permission Denial"*)
    give_up "Android does not start the app: $(echo "$started" | grep -E 'Error:|Exception|Denial' | head -n 1)"
    ;;
esac

# Once a second, so that looking takes no time from what is measured.
while [ ! -f "$theirs/answer.json" ]; do
    sleep 1
    kill -0 $reader 2>/dev/null || give_up "nobody waits any more"
    if [ -z "$(pidof "$package")" ] && [ ! -f "$theirs/answer.json" ]; then
        give_up "the app ended without an answer; 'adb logcat -b crash -d' may say why"
    fi
done
if [ -f "$theirs/outputs.f32" ]; then
    mv -f "$theirs/outputs.f32" outputs.f32 || exit
fi
# Whole or not at all, as the app wrote it.
mv -f "$theirs/answer.json" answer.part && mv -f answer.part answer.json
