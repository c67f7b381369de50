# Finds the headers of stb, to include as <stb_image.h>. src/host/stb.cpp has their implementations.
#
# Target:    stb::stb
# Variables: Stb_FOUND, Stb_INCLUDE_DIR

find_path(Stb_INCLUDE_DIR stb_image.h PATH_SUFFIXES stb)
mark_as_advanced(Stb_INCLUDE_DIR)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Stb REQUIRED_VARS Stb_INCLUDE_DIR)

if(Stb_FOUND AND NOT TARGET stb::stb)
  add_library(stb::stb INTERFACE IMPORTED)
  set_target_properties(stb::stb PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${Stb_INCLUDE_DIR}")
endif()
