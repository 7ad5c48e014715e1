"""What checks android_demo on a machine without the Android SDK: a Kotlin compiler, ktlint and Android's build tools.

``python -m tests.android_lab`` installs everything into one folder, build/android-lab, without root rights.
"""
