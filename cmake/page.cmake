# The page of a layer, as bytes in its library: the frame of src/base/page with the style and the script of
# src/LAYER/page. NAME is the id of its data.
function(k210_embed_page layer)
  cmake_parse_arguments(PARSE_ARGV 1 page "" "TITLE;NAME" "")
  set(frame ${PROJECT_SOURCE_DIR}/src/base/page)
  set(folder ${PROJECT_SOURCE_DIR}/src/${layer}/page)
  set(embedded ${PROJECT_BINARY_DIR}/src/${layer}/page/page_template.cpp)
  set(script ${PROJECT_SOURCE_DIR}/cmake/embed_page.cmake)
  add_custom_command(OUTPUT ${embedded}
    COMMAND ${CMAKE_COMMAND} -DFRAME=${frame} -DFOLDER=${folder} -DTITLE=${page_TITLE} -DNAME=${page_NAME}
      -DLAYER=${layer} -DOUTPUT=${embedded} -P ${script}
    DEPENDS ${frame}/page.html ${frame}/base.css ${frame}/base.js ${folder}/page.css ${folder}/page.js ${script}
      ${PROJECT_SOURCE_DIR}/cmake/array_of_bytes.cmake
    COMMENT "Embedding the page of ${layer}"
    VERBATIM)
  add_library(k210_${layer}_page STATIC ${embedded})
  set_target_properties(k210_${layer}_page PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_include_directories(k210_${layer}_page PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(k210_${layer} PRIVATE k210_${layer}_page)
endfunction()
