# SPDX-License-Identifier: Apache-2.0
# KetchSymbols.cmake - a shared library of several folders, with a version script made from its public headers.
#
# kt_shared(TARGET [OUTPUT name] FOLDERS folder... HEADERS header... [CORE target])
#   KETCH_0        exactly the functions that include/ketch/<header>.h declare; the promise to outside programs.
#   KETCH_PRIVATE  the other kt_* symbols, for `ketch` and libketch of the same version only (as glibc's
#                  GLIBC_PRIVATE). Everything else stays inside.
# OUTPUT: the name of the file, when it is not the target's. CORE: the library it stands on.

# The functions that a header declares: every kt_name before a parenthesis, comments and macros left out.
function(kt_header_functions header out)
    file(READ ${header} text)
    string(REPLACE ";" "" text "${text}")
    string(REGEX REPLACE "/\\*([^*]|\\*+[^*/])*\\*+/" "" text "${text}")
    string(REGEX REPLACE "#define([^\n\\]|\\\\.)*(\\\\\n[^\n]*)*" "" text "${text}")
    string(REGEX MATCHALL "[^a-zA-Z0-9_]kt_[a-z0-9_]+\\(" names "${text}")
    list(TRANSFORM names REPLACE "[^a-z0-9_]" "")
    set(${out} ${names} PARENT_SCOPE)
endfunction()

function(kt_shared target)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "OUTPUT;CORE" "FOLDERS;HEADERS")
    set(output ${target})
    if(arg_OUTPUT)
        set(output ${arg_OUTPUT})
    endif()
    set(public "")
    foreach(header IN LISTS arg_HEADERS)
        set(file ${PROJECT_SOURCE_DIR}/include/ketch/${header}.h)
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
        kt_header_functions(${file} functions)
        list(APPEND public ${functions})
    endforeach()
    list(SORT public)
    list(REMOVE_DUPLICATES public)
    list(JOIN public ";\n        " lines)
    set(map ${CMAKE_BINARY_DIR}/lib${output}.map)
    file(CONFIGURE OUTPUT ${map} CONTENT
"KETCH_0 {
    global:
        @lines@;
};
KETCH_PRIVATE {
    global:
        kt_*;
    local:
        *;
};
" @ONLY)

    set(file ${CMAKE_BINARY_DIR}/shared_${output}.c)
    file(CONFIGURE OUTPUT ${file} CONTENT "typedef int kt_shared_library; /* all code comes from the folders */\n")
    add_library(${target} SHARED ${file})
    set(libs "")
    set(first "")
    foreach(folder IN LISTS arg_FOLDERS)
        get_target_property(folder_libs kt_${folder} KETCH_LIBS)
        list(APPEND libs ${folder_libs})
        list(APPEND first kt_${folder})
    endforeach()
    list(REMOVE_DUPLICATES libs)
    list(JOIN first "," whole)
    if(arg_CORE) # whoever loads the library finds the core too, whether or not its code calls it
        list(APPEND libs -Wl,--push-state,--no-as-needed ${arg_CORE} -Wl,--pop-state)
    endif()
    target_link_libraries(${target} PRIVATE kt_flags "$<LINK_LIBRARY:WHOLE_ARCHIVE,${whole}>" ${libs})
    target_link_options(${target} PRIVATE -Wl,--version-script=${map} -Wl,-Bsymbolic-functions)
    set_target_properties(${target} PROPERTIES OUTPUT_NAME ${output} VERSION ${PROJECT_VERSION}
        SOVERSION ${PROJECT_VERSION_MAJOR} LINK_DEPENDS ${map})
    kt_rpath(${target} "$ORIGIN")
endfunction()
