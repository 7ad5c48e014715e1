"""What checks ios_demo on a machine that is no Mac: Swift of Debian, in a root of its own.

``python -m tests.ios_lab`` installs everything into one folder, build/ios-lab.
"""
