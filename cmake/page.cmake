# The page of a layer, src/LAYER/page, as bytes in its library.
function(k210_embed_page layer)
  set(folder ${PROJECT_SOURCE_DIR}/src/${layer}/page)
  set(embedded ${PROJECT_BINARY_DIR}/src/${layer}/page/page_template.cpp)
  set(script ${PROJECT_SOURCE_DIR}/cmake/embed_page.cmake)
  add_custom_command(OUTPUT ${embedded}
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${folder} -DLAYER=${layer} -DOUTPUT=${embedded} -P ${script}
    DEPENDS ${folder}/page.html ${folder}/page.css ${folder}/page.js ${script}
      ${PROJECT_SOURCE_DIR}/cmake/array_of_bytes.cmake
    COMMENT "Embedding the page of ${layer}"
    VERBATIM)
  add_library(k210_${layer}_page STATIC ${embedded})
  set_target_properties(k210_${layer}_page PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_include_directories(k210_${layer}_page PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(k210_${layer} PRIVATE k210_${layer}_page)
endfunction()
