"""The program that stands for Xcode's: it takes devicectl's documented command lines and writes its documents.

``python -m tests.device_lab.devicectl FOLDER devicectl ...`` is an iPhone whose files lie in FOLDER
(`tests.device_lab.iphone`). It imports nothing of the project, so that each command is quick.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]
APP_PLACE = "file:///private/var/containers/Bundle/Application/0B5C51EA-18C7-420F-97D2-9C34A52E9D4C/Edge.app/"


def main(folder: Path, words: list[str]) -> None:
    """Be the program."""
    with (folder / "calls").open("a", encoding="utf-8") as calls:
        calls.write(json.dumps(words) + "\n")
    state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
    output = Path(words[words.index("--json-output") + 1])
    try:
        document = {"info": {"outcome": "success", "jsonVersion": 2}, "result": _do(folder, state, words[1:])}
    except LookupError as error:
        print(f"ERROR: {error.args[0]}", file=sys.stderr)
        description = {"NSLocalizedDescription": {"string": str(error.args[0])}}
        problem = {"code": error.args[1], "domain": error.args[2], "userInfo": description}
        document = {"info": {"outcome": "failed", "jsonVersion": 2}, "error": problem}
    output.write_text(json.dumps(document), encoding="utf-8")
    sys.exit(0 if "result" in document else 1)


def _do(folder: Path, state: dict[str, Any], words: list[str]) -> dict[str, Any]:
    container = folder / "container"
    match words:
        case ["list", "devices", *_]:
            return {"devices": state["devices"]}
        case ["device", "info", "lockState", *_]:
            return {"passcodeRequired": state["locked"], "unlockedSinceBoot": True}
        case ["device", "info", "apps", *_]:
            return {"apps": [{"bundleIdentifier": app, "url": APP_PLACE} for app in state["apps"]]}
        case ["device", "info", "processes", *_]:
            running = [{"executable": f"{APP_PLACE}Edge", "processIdentifier": 4321}]
            return {"runningProcesses": [{"executable": "file:///sbin/launchd", "processIdentifier": 1}, *running]}
        case ["device", "process", "terminate", *_]:
            return {"process": {"processIdentifier": int(_option(words, "--pid"))}}
        case ["device", "copy", "to", *_]:
            source, target = Path(_option(words, "--source")), container / _option(words, "--destination")
            if state["app"] == "full":
                raise LookupError("No space left on device", 28, "NSPOSIXErrorDomain")
            shutil.copytree(source, target, dirs_exist_ok=True)
            return {}
        case ["device", "copy", "from", *_]:
            source = container / _option(words, "--source")
            if not source.is_file():
                raise LookupError(f"The file at {source.name} doesn't exist", 7000, "com.apple.dt.CoreDeviceError")
            shutil.copyfile(source, _option(words, "--destination"))
            return {}
        case ["device", "process", "launch", *_]:
            arguments = words[words.index("--json-output") + 3 :]
            if state["launcher"]:
                # What it answers, or that it does not, says how it went: a launch is one even if the app fails.
                subprocess.run([*state["launcher"], *arguments], cwd=REPOSITORY, stdin=subprocess.DEVNULL)
            else:
                _launch(state, container, arguments)
            return {"process": {"processIdentifier": 4321}}
    raise LookupError(f"Unknown command {words}", 64, "devicectl")


def _launch(state: dict[str, Any], container: Path, arguments: list[str]) -> None:
    if state["app"] == "locked":
        raise LookupError("Unable to launch, the device was not unlocked", 7, "FBSOpenApplicationErrorDomain")
    match arguments:
        case ["describe", answer]:
            (container / answer).parent.mkdir(parents=True, exist_ok=True)
            (container / answer).write_text(json.dumps(state["description"]), encoding="utf-8")
        case ["clean"]:
            shutil.rmtree(container / state["clean"], ignore_errors=True)
        case ["work", request, answer]:
            if state["app"] == "hangs":
                time.sleep(600)
            if state["app"] == "works":
                command = [
                    sys.executable,
                    "-m",
                    "edge.devices.worker",
                    str(container / request),
                    str(container / answer),
                ]
                environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
                with subprocess.Popen(command, stdin=subprocess.PIPE, env=environment) as process:
                    # It ends with its stdin, so that stays open until it has ended.
                    process.wait()


def _option(words: list[str], name: str) -> str:
    return words[words.index(name) + 1]


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
