# Installation rules and the Debian package (./dev package).

set(packaging "${PROJECT_SOURCE_DIR}/packaging")
install(TARGETS rota DESTINATION bin)
# rotad expects its helper programs in its own folder.
install(TARGETS rotad rota-shim rota-console-port DESTINATION lib/rota)
install(CODE [[
  file(MAKE_DIRECTORY "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/bin")
  file(CREATE_LINK ../lib/rota/rotad "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/bin/rotad" SYMBOLIC)
]])
install(FILES "${packaging}/rotad.service" DESTINATION /lib/systemd/system)
install(FILES "${packaging}/rotad.json" DESTINATION /etc/rota)
install(FILES "${packaging}/rota.bash-completion" RENAME rota
  DESTINATION share/bash-completion/completions)
install(CODE [[file(CREATE_LINK rota
  "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/share/bash-completion/completions/rotad" SYMBOLIC)]])
install(DIRECTORY "${PROJECT_BINARY_DIR}/man/" DESTINATION share/man/man1)
install(FILES README.md CHANGELOG.md DESTINATION share/doc/rota)
install(FILES LICENSE RENAME copyright DESTINATION share/doc/rota)
install(DIRECTORY docs/ DESTINATION share/doc/rota/docs)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME rota)
set(CPACK_PACKAGE_CONTACT "The Rota authors <rota@localhost>")
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_SET_DESTDIR ON) # Some files go to /etc and /lib.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON) # The package does not include the tests.
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS adduser)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "fair, durable job scheduler for many tenants
 Rota gives every job type of every tenant a queue of its own and decides whose
 turn it is within a stated bound. It answers JSON over TCP, and runs processes,
 containers and Slurm jobs that outlive it.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  "${packaging}/postinst;${packaging}/prerm;${packaging}/postrm;${packaging}/conffiles")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
