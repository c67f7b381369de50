# Finds the Unicorn CPU emulator: the one that tools/setup unpacked, else the system's.
#
# Target:    unicorn::unicorn, which CMake adds to the build's rpath by itself. An install that should outlive the build
#            tree takes the library along: install(IMPORTED_RUNTIME_ARTIFACTS unicorn::unicorn) and an rpath on $ORIGIN.
# Variables: Unicorn_FOUND, Unicorn_VERSION, Unicorn_INCLUDE_DIR, Unicorn_LIBRARY
# Input:     K210_PREFIX (variable or environment), where tools/setup was told to unpack; Unicorn_ROOT as usual.
#
# Nothing is cached: a build directory configured before tools/setup ran turns to the newer library on its own.

set(_unicorn_hints "")
foreach(_prefix IN ITEMS "${K210_PREFIX}" "$ENV{K210_PREFIX}" "${CMAKE_BINARY_DIR}/prefix" "${PROJECT_SOURCE_DIR}/build/prefix")
  if(_prefix)
    list(APPEND _unicorn_hints "${_prefix}/usr")
  endif()
endforeach()

find_path(Unicorn_INCLUDE_DIR unicorn/unicorn.h HINTS ${_unicorn_hints} PATH_SUFFIXES include NO_CACHE)
if(Unicorn_INCLUDE_DIR)
  # The library beside the header, never another version's.
  get_filename_component(_unicorn_root "${Unicorn_INCLUDE_DIR}" DIRECTORY)
  find_library(Unicorn_LIBRARY unicorn
    PATHS "${_unicorn_root}" PATH_SUFFIXES "lib/${CMAKE_LIBRARY_ARCHITECTURE}" lib64 lib NO_DEFAULT_PATH NO_CACHE)
  file(STRINGS "${Unicorn_INCLUDE_DIR}/unicorn/unicorn.h" _unicorn_version
    REGEX "^#define UC_API_(MAJOR|MINOR|PATCH) +[0-9]+")
  list(TRANSFORM _unicorn_version REPLACE "^#define UC_API_[A-Z]+ +([0-9]+).*" "\\1")
  list(JOIN _unicorn_version "." Unicorn_VERSION)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Unicorn
  REQUIRED_VARS Unicorn_LIBRARY Unicorn_INCLUDE_DIR VERSION_VAR Unicorn_VERSION)

if(Unicorn_FOUND AND NOT TARGET unicorn::unicorn)
  file(REAL_PATH "${Unicorn_LIBRARY}" _unicorn_location)  # named as the soname is, so that it can be installed
  add_library(unicorn::unicorn SHARED IMPORTED)
  set_target_properties(unicorn::unicorn PROPERTIES
    IMPORTED_LOCATION "${_unicorn_location}"
    INTERFACE_INCLUDE_DIRECTORIES "${Unicorn_INCLUDE_DIR}")
endif()
unset(_prefix)
unset(_unicorn_hints)
unset(_unicorn_location)
unset(_unicorn_root)
unset(_unicorn_version)
