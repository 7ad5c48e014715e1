"""Stand-ins for devices: what can't be attached to this machine is emulated by it.

``python -m tests.device_lab`` installs everything into one folder, build/device-lab. `board` is a Raspberry Pi that is
reached by ssh.
"""
