# SPDX-License-Identifier: Apache-2.0
# KetchFlags.cmake - how every file is compiled: the target kt_flags, and the choices of the presets.
set(KETCH_SANITIZE "" CACHE STRING "Sanitizers for all code, as -fsanitize takes them (address,undefined; thread)")
option(KETCH_FUZZ "Build the fuzz targets (clang)" OFF)
option(KETCH_COVERAGE "Count executed lines (gcov)" OFF)

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Debug CACHE STRING "" FORCE)
endif()
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_C_FLAGS_DEBUG "-O1 -g")
set(CMAKE_C_FLAGS_RELEASE "-O3 -g1 -DNDEBUG")

# -ffp-contract=off: no fused multiply-add unless written, so every machine computes the same numbers.
add_library(kt_flags INTERFACE)
target_include_directories(kt_flags INTERFACE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
target_compile_definitions(kt_flags INTERFACE _GNU_SOURCE)
target_compile_options(kt_flags INTERFACE -Wall -Wextra -Wconversion -Werror -ffp-contract=off
    -fno-semantic-interposition -fno-omit-frame-pointer)

if(KETCH_FUZZ)
    string(APPEND KETCH_SANITIZE_ALL "fuzzer-no-link,")
endif()
if(KETCH_SANITIZE)
    set(flags -fsanitize=${KETCH_SANITIZE_ALL}${KETCH_SANITIZE} -fno-sanitize-recover=all)
    target_compile_options(kt_flags INTERFACE ${flags})
    target_link_options(kt_flags INTERFACE ${flags})
else()
    target_link_options(kt_flags INTERFACE -Wl,-z,defs)
endif()
if(KETCH_COVERAGE)
    target_compile_options(kt_flags INTERFACE --coverage -fprofile-update=atomic)
    target_link_options(kt_flags INTERFACE --coverage)
endif()
target_link_options(kt_flags INTERFACE -Wl,--as-needed)
