# What `cmake --install` puts on a system: the program; the library, as one shared object, with headers, CMake package
# and pkg-config file for programs that embed it; and Unicorn beside them where it is not the system's.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# All layers that programs embed.
set(layers base sim bus host kpu cpu devices part parts board board_files loader soc machine session)
list(TRANSFORM layers REPLACE "(.+)" "$<TARGET_OBJECTS:k210_\\1>" OUTPUT_VARIABLE objects)
add_library(k210emu_shared SHARED ${objects})
set_target_properties(k210emu_shared PROPERTIES OUTPUT_NAME k210emu EXPORT_NAME k210emu VERSION ${PROJECT_VERSION}
  SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR} LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
target_compile_features(k210emu_shared INTERFACE cxx_std_20)
target_include_directories(k210emu_shared INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_link_libraries(k210emu_shared PUBLIC fmt::fmt PRIVATE unicorn::unicorn spdlog::spdlog PNG::PNG JPEG::JPEG
  ZLIB::ZLIB OpenSSL::Crypto nlohmann_json::nlohmann_json Threads::Threads PkgConfig::libhwy PkgConfig::libzip
  PkgConfig::tomlplusplus PkgConfig::re2 PkgConfig::zstd PkgConfig::sndfile PkgConfig::samplerate)
target_link_options(k210emu_shared PRIVATE -Wl,--no-undefined)

set(private_libraries ${CMAKE_INSTALL_LIBDIR}/k210emu)
set_target_properties(k210emu PROPERTIES INSTALL_RPATH "$ORIGIN/../${private_libraries}")
set_target_properties(k210emu_shared PROPERTIES INSTALL_RPATH "$ORIGIN/k210emu")
get_target_property(unicorn_location unicorn::unicorn IMPORTED_LOCATION)
if(NOT unicorn_location MATCHES "^(/usr)?/lib/")
  install(IMPORTED_RUNTIME_ARTIFACTS unicorn::unicorn LIBRARY DESTINATION ${private_libraries})
endif()

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/k210emu)
install(TARGETS k210emu RUNTIME)
install(TARGETS k210emu_shared EXPORT k210emu LIBRARY)

# Headers that programs begin with, and those that these include. The others in include/k210 are for layers that are
# built here.
file(GLOB headers RELATIVE ${PROJECT_SOURCE_DIR}/include CONFIGURE_DEPENDS include/k210/session/*.hpp)
list(APPEND headers k210/machine/machine.hpp k210/loader/firmware.hpp k210/loader/flash_image.hpp
  k210/host/camera_sources.hpp k210/host/picture_file.hpp k210/part/i2c_registers.hpp k210/base/error.hpp
  k210/base/file.hpp k210/base/version.hpp)
set(installed)
while(headers)
  list(POP_FRONT headers header)
  list(APPEND installed ${header})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS include/${header})
  file(STRINGS include/${header} includes REGEX "^#include \"k210/")
  list(TRANSFORM includes REPLACE ".*\"(k210/[^\"]+)\".*" "\\1")
  list(APPEND headers ${includes})
  list(REMOVE_DUPLICATES headers)
  if(headers)
    list(REMOVE_ITEM headers ${installed})
  endif()
endwhile()
foreach(header IN LISTS installed)
  cmake_path(GET header PARENT_PATH folder)
  install(FILES include/${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/${folder})
endforeach()
install(EXPORT k210emu NAMESPACE k210emu:: FILE k210emu-targets.cmake DESTINATION ${package})
configure_package_config_file(cmake/k210emu-config.cmake.in k210emu-config.cmake INSTALL_DESTINATION ${package})
write_basic_package_version_file(k210emu-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/k210emu-config.cmake ${PROJECT_BINARY_DIR}/k210emu-config-version.cmake
  DESTINATION ${package})
file(RELATIVE_PATH prefix_from_pc /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(cmake/k210emu.pc.in k210emu.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/k210emu.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES README.md CHANGELOG.md LICENSE TYPE DOC)
install(DIRECTORY docs/ TYPE DOC)

# A package for Debian, by `cpack -G DEB`.
set(CPACK_PACKAGE_VENDOR "the k210emu authors")
set(CPACK_PACKAGE_CONTACT "the k210emu authors <k210emu@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Emulator of the Kendryte K210: runs unmodified firmware without a board")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION electronics)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${PROJECT_BINARY_DIR}/_CPack_Packages" )
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "mtools, dosfstools, python3-numpy")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "libfmt-dev")
include(CPack)
