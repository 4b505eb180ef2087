# How every target of Wordsight is made: one folder, one library, its headers verified.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_VERIFY_INTERFACE_HEADER_SETS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()
# -g1: a back trace names functions and lines. With all of -g an object is twelve times as large and takes a tenth longer.
# No -DNDEBUG: neither Wordsight nor Qt asserts in this configuration, but the JSON library does, and files come from
# anywhere: a member that is missing ends the program with a message instead of undefined behaviour. No loop that takes
# time contains such an assertion. CMake's own Release has -O3 -DNDEBUG.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_compile_definitions(QT_NO_KEYWORDS)

# wordsight_library(NAME [PUBLIC targets...] [PRIVATE targets...])
# Every *.cpp and *.h of the calling folder (and below, RECURSE) becomes part of it. Headers are verified to compile on
# their own, but for those that show Torch (15 seconds each): SHOWS_TORCH. TOGETHER n: so many sources are compiled as
# one. Every source that sees Torch's headers pays 9 seconds for their templates, whatever it holds itself.
function(wordsight_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "RECURSE;SHOWS_TORCH" "TOGETHER" "PUBLIC;PRIVATE")
  set(glob GLOB)
  if(arg_RECURSE)
    set(glob GLOB_RECURSE)
  endif()
  file(${glob} sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  file(${glob} headers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.h)
  # A folder's parts that only it may use live below internal/.
  set(public_headers ${headers})
  list(FILTER public_headers EXCLUDE REGEX "/(internal|architectures|importers)/")
  add_library(${name} STATIC ${sources})
  set_target_properties(${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS $<NOT:$<BOOL:${arg_SHOWS_TORCH}>>)
  if(arg_TOGETHER)
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${arg_TOGETHER})
  endif()
  target_sources(${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${public_headers})
  target_link_libraries(${name} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
  target_compile_options(${name} PRIVATE -Wall -Wextra -Wno-unused-parameter)
endfunction()
