# SPDX-License-Identifier: Apache-2.0
# KetchInstall.cmake - what `make install` puts where: program, libraries, headers, pkg-config files, a CMake package,
# manual pages, shell completions, JSON schemas, data files of the devices, the guide that the manual names.
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/ketch)

foreach(library core full)
    target_include_directories(ketch-${library} INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endforeach()
set_target_properties(ketch-core PROPERTIES EXPORT_NAME core)
set_target_properties(ketch-full PROPERTIES EXPORT_NAME ketch)
install(TARGETS ketch RUNTIME)
install(TARGETS ketch-core ketch-full EXPORT ketch LIBRARY)
install(EXPORT ketch NAMESPACE ketch:: FILE ketch-targets.cmake DESTINATION ${package_dir})
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/ketch-config.cmake @ONLY CONTENT
"# ketch-config.cmake - find_package(ketch) gives ketch::core (circuits, OpenQASM, simulator) and ketch::ketch (all of it).
include(\${CMAKE_CURRENT_LIST_DIR}/ketch-targets.cmake)
")
write_basic_package_version_file(${CMAKE_BINARY_DIR}/ketch-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/ketch-config.cmake ${CMAKE_BINARY_DIR}/ketch-config-version.cmake
    DESTINATION ${package_dir})

install(DIRECTORY include/ketch DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN *.h PATTERN *.def)

# pkg-config files name their folders relative to where they lie, so an installed tree may be moved.
file(RELATIVE_PATH up /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
function(kt_pkgconfig name about library requires)
    file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/${name}.pc @ONLY CONTENT
"prefix=\${pcfiledir}/@up@
libdir=\${prefix}/${CMAKE_INSTALL_LIBDIR}
includedir=\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}

Name: ${name}
Description: ${about}
Version: ${PROJECT_VERSION}
License: Apache-2.0
Requires: ${requires}
Libs: -L\${libdir} -l${library}
Cflags: -I\${includedir}
")
    install(FILES ${CMAKE_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()
kt_pkgconfig(ketch-core "quantum circuits, OpenQASM 3 and their simulator" ketch-core "")
kt_pkgconfig(ketch "all of Ketch" ketch "ketch-core = ${PROJECT_VERSION}")

file(GLOB schemas CONFIGURE_DEPENDS doc/schema/*.schema.json)
install(FILES ${schemas} DESTINATION ${CMAKE_INSTALL_DATADIR}/ketch)

install(DIRECTORY data/devices DESTINATION ${CMAKE_INSTALL_DATADIR}/ketch FILES_MATCHING PATTERN *.json)
install(FILES data/prices.csv DESTINATION ${CMAKE_INSTALL_DATADIR}/ketch)

file(GLOB guide_examples CONFIGURE_DEPENDS examples/sandbox/*.py examples/sandbox/*.json)
install(FILES doc/sandbox.md doc/aws.md doc/settings.md doc/devices.md doc/json.md doc/differences.md DESTINATION ${CMAKE_INSTALL_DOCDIR}/doc)
install(FILES ${guide_examples} DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples/sandbox)
install(PROGRAMS examples/sandbox/class.sh DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples/sandbox)

# Manual pages and completions come from the built program itself, so they say what it does.
set(pages ${CMAKE_BINARY_DIR}/pages)
file(GLOB public_headers CONFIGURE_DEPENDS include/ketch/*.h)
add_custom_command(OUTPUT ${pages}.stamp
    COMMAND ${PROJECT_SOURCE_DIR}/cmake/make_pages.sh $<TARGET_FILE:ketch> ${pages}
        ${PROJECT_SOURCE_DIR}/include ${PROJECT_VERSION}
    COMMAND ${CMAKE_COMMAND} -E touch ${pages}.stamp
    DEPENDS ketch ${PROJECT_SOURCE_DIR}/cmake/make_pages.sh ${PROJECT_SOURCE_DIR}/cmake/make_man3.awk ${public_headers})
add_custom_target(pages ALL DEPENDS ${pages}.stamp)
install(DIRECTORY ${pages}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR})
install(DIRECTORY ${pages}/bash-completion ${pages}/zsh ${pages}/fish DESTINATION ${CMAKE_INSTALL_DATADIR})
