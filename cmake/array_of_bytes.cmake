# Sets `result` to the definition of a C++ array, `name`, of the bytes of `file`.
function(array_of_bytes result name file)
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  set(${result} "const std::uint8_t ${name}[] = {\n${bytes}\n};\n" PARENT_SCOPE)
endfunction()
