# SPDX-License-Identifier: Apache-2.0
# KetchFolder.cmake - turns a folder of src/ into a static library and a test program.
#
# kt_folder(NAME [KNOWS folder...] [LIBS target...])
#   kt_NAME    all src/NAME/**/*.c but tests and main.c. It carries no dependencies of its own: whoever links it says
#              with what, so nothing is linked by accident.
#   test_NAME  its *_test.c and tests/unit_main.c, linked with what the folder may know and nothing else: a call across
#              a border fails to link.
# New files are found by themselves.

function(kt_folder name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "KNOWS;LIBS")
    set(root ${PROJECT_SOURCE_DIR}/src/${name})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${root}/*.c)
    set(tests ${sources})
    list(FILTER tests INCLUDE REGEX "_test\\.c$")
    list(FILTER sources EXCLUDE REGEX "(_test\\.c|/main\\.c)$")
    if(NOT sources)
        file(WRITE ${CMAKE_BINARY_DIR}/empty_${name}.c "typedef int kt_empty_${name};\n")
        set(sources ${CMAKE_BINARY_DIR}/empty_${name}.c)
    endif()

    add_library(kt_${name} STATIC ${sources})
    target_compile_options(kt_${name} PRIVATE $<TARGET_PROPERTY:kt_flags,INTERFACE_COMPILE_OPTIONS>)
    target_compile_definitions(kt_${name} PRIVATE $<TARGET_PROPERTY:kt_flags,INTERFACE_COMPILE_DEFINITIONS>)
    target_include_directories(kt_${name} PRIVATE $<TARGET_PROPERTY:kt_flags,INTERFACE_INCLUDE_DIRECTORIES>
        $<TARGET_PROPERTY:PkgConfig::JANSSON,INTERFACE_INCLUDE_DIRECTORIES>)

    # Everything the folder stands on, each before what it stands on itself: the order a linker wants.
    set(closure kt_${name})
    set(libs ${arg_LIBS})
    foreach(known IN LISTS arg_KNOWS)
        get_target_property(known_closure kt_${known} KETCH_CLOSURE)
        get_target_property(known_libs kt_${known} KETCH_LIBS)
        list(APPEND closure ${known_closure})
        list(APPEND libs ${known_libs})
    endforeach()
    list(REVERSE closure)
    list(REMOVE_DUPLICATES closure)
    list(REVERSE closure)
    list(REMOVE_DUPLICATES libs)
    set_target_properties(kt_${name} PROPERTIES KETCH_CLOSURE "${closure}" KETCH_LIBS "${libs}")

    if(BUILD_TESTING)
        add_executable(test_${name} ${tests} ${PROJECT_SOURCE_DIR}/tests/unit_main.c)
        target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR})
        target_compile_definitions(test_${name} PRIVATE KETCH_TESTS_DIR="${PROJECT_SOURCE_DIR}/tests")
        target_link_libraries(test_${name} PRIVATE kt_flags ${closure} ${libs} PkgConfig::CMOCKA)
        if(name STREQUAL "cli")
            kt_rpath(test_${name} "$ORIGIN")
        endif()
        add_test(NAME unit.${name} COMMAND test_${name})
        set_tests_properties(unit.${name} PROPERTIES LABELS "unit;${name}" TIMEOUT 300)
    endif()
endfunction()

# Libraries beside the program, in the build tree and when installed.
function(kt_rpath target)
    list(JOIN ARGN ":" path)
    set_target_properties(${target} PROPERTIES BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH "${path}")
endfunction()
