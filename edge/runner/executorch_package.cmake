# ExecuTorch from its Python package, which carries shared libraries, headers and a CMake package, none with torch:
# CMAKE_PREFIX_PATH has the package's folder, the one with lib/ and include/.
find_package(executorch CONFIG REQUIRED NO_CMAKE_FIND_ROOT_PATH)
# Its imported targets need CMake 3.28; variables say the same on all.
set(runner_executorch_version ${executorch_VERSION})

# What a .pte of ours needs. executorch is the runtime, the others register themselves when they are loaded, so that
# they are linked although nothing names them. ETDump, OpenVINO and QNN are left out.
set(runner_libraries executorch executorch_kernels_optimized executorch_kernels_quantized executorch_backend_xnnpack
                     executorch_threadpool)
foreach(library ${runner_libraries})
  set(path ${EXECUTORCH_RUNTIME_LIBRARY_DIR}/lib${library}.so)
  if(NOT EXISTS ${path})
    message(FATAL_ERROR "${path} is missing: this package of ExecuTorch has no libraries for C++ programs")
  endif()
  target_link_libraries(squeezebert-edge-runner PRIVATE "-Wl,--push-state,--no-as-needed,${path},--pop-state")
  install(FILES ${path} DESTINATION . COMPONENT runner)
endforeach()
# Their own needs are in the same folder.
target_link_options(squeezebert-edge-runner PRIVATE "-Wl,-rpath-link,${EXECUTORCH_RUNTIME_LIBRARY_DIR}")

target_include_directories(squeezebert-edge-runner SYSTEM PRIVATE ${EXECUTORCH_INCLUDE_DIRS})
target_compile_definitions(squeezebert-edge-runner PRIVATE ${EXECUTORCH_COMPILE_DEFINITIONS})

# The installed folder can be moved, and copied to a device, as it is.
set_target_properties(squeezebert-edge-runner PROPERTIES BUILD_RPATH "${EXECUTORCH_RUNTIME_LIBRARY_DIR}"
                                                         INSTALL_RPATH "$ORIGIN")
