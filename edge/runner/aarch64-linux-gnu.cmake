# Toolchain of Debian's g++-aarch64-linux-gnu, for 64-bit Arm boards with Linux.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
