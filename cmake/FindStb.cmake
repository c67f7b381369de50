# Finds stb as Debian builds it: headers to include as <stb_image.h>, implementations in libstb.
# Do not define STB_*_IMPLEMENTATION.
#
# Target:    stb::stb
# Variables: Stb_FOUND, Stb_INCLUDE_DIR, Stb_LIBRARY

find_path(Stb_INCLUDE_DIR stb_image.h PATH_SUFFIXES stb)
find_library(Stb_LIBRARY stb)
mark_as_advanced(Stb_INCLUDE_DIR Stb_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Stb REQUIRED_VARS Stb_LIBRARY Stb_INCLUDE_DIR)

if(Stb_FOUND AND NOT TARGET stb::stb)
  add_library(stb::stb UNKNOWN IMPORTED)
  set_target_properties(stb::stb PROPERTIES
    IMPORTED_LOCATION "${Stb_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${Stb_INCLUDE_DIR}")
endif()
