# ExecuTorch from its sources, for systems that its package has no libraries for (Android). They are linked statically,
# so that the program is all that a device needs. The options' names are those of ExecuTorch 1.5.
file(STRINGS ${EXECUTORCH_SOURCE_DIR}/version.txt version_line LIMIT_COUNT 1)
# 1.5.1a0 in a branch before its release.
string(REGEX MATCH "^[0-9]+\\.[0-9]+\\.[0-9]+" runner_executorch_version "${version_line}")
if(NOT runner_executorch_version)
  message(FATAL_ERROR "${EXECUTORCH_SOURCE_DIR}/version.txt has no version")
endif()

foreach(
  option
  EXECUTORCH_BUILD_XNNPACK
  EXECUTORCH_BUILD_KERNELS_OPTIMIZED
  EXECUTORCH_BUILD_KERNELS_QUANTIZED
  EXECUTORCH_BUILD_EXTENSION_DATA_LOADER
  EXECUTORCH_BUILD_EXTENSION_FLAT_TENSOR
  EXECUTORCH_BUILD_EXTENSION_MODULE
  EXECUTORCH_BUILD_EXTENSION_NAMED_DATA_MAP
  EXECUTORCH_BUILD_EXTENSION_TENSOR
  EXECUTORCH_BUILD_PTHREADPOOL
  EXECUTORCH_BUILD_CPUINFO
  EXECUTORCH_ENABLE_LOGGING
  EXECUTORCH_ENABLE_PROGRAM_VERIFICATION)
  set(${option} ON CACHE BOOL "" FORCE)
endforeach()
set(EXECUTORCH_BUILD_EXECUTOR_RUNNER OFF CACHE BOOL "" FORCE)
add_subdirectory(${EXECUTORCH_SOURCE_DIR} executorch EXCLUDE_FROM_ALL)

# Its headers are no system headers here, and have warnings.
target_compile_options(squeezebert-edge-runner PRIVATE -Wno-error)
target_link_libraries(squeezebert-edge-runner PRIVATE executorch executorch::backends executorch::extensions
                                                      executorch::kernels)
