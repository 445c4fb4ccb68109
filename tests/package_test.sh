#!/usr/bin/env bash
# Builds the Debian package, installs it in a copy of this machine's file system (an overlay in its own mount namespace),
# and checks it there: the daemon under its own user, the client, the manual pages, the completion, the removal.
#
#   package_test.sh BUILD-FOLDER
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$1

skip() {
  echo "SKIPPED: $1 (assertions: - none -)"
  exit 0
}

# --- in the namespace -----------------------------------------------------------------------------------------

fail() {
  echo "package test: $1"
  exit 1
}

# inside COMMAND...: runs the command in the copy.
inside() { chroot "$copy" "$@"; }

# eventually COMMAND...: repeats the command until it succeeds, for at most a minute.
eventually() {
  local try
  for ((try = 0; try < 600; ++try)); do
    ! "$@" || return 0
    read -rt 0.1 <>"$scratch/never" || true
  done
  return 1
}

# address KIND: prints the address that the daemon reports as `listening` or `console`.
address() { sed -n "s/^rotad: $1 on //p" "$scratch/out" | grep .; }
has_succeeded() { "${client[@]}" job "$1" | grep -q succeeded; }

# Runs a job of an executed type and prints its output.
run_job() {
  local job
  "${client[@]}" types put greet '{"executor":{"name":"process","command":["echo","hello from {/who}"]}}' >/dev/null
  job=$("${client[@]}" push --type greet --tenant acme '{"who":"a package"}')
  eventually has_succeeded "$job"
  "${client[@]}" output "$job"
}

check_install() {
  inside dpkg -i /tmp/rota.deb >"$scratch/dpkg" 2>&1 || fail "dpkg -i: $(cat "$scratch/dpkg")"
  inside getent passwd rota >/dev/null || fail 'the user rota does not exist'
  inside install -d -o rota -g rota /var/lib/rota # As the unit's StateDirectory= does.
}

check_service() {
  chroot "$copy" setpriv --reuid=rota --regid=rota --init-groups \
    rotad --data /var/lib/rota --config /etc/rota/rotad.json --listen 127.0.0.1:0 --console 127.0.0.1:0 \
    >"$scratch/out" 2>&1 &
  daemon=$!
  trap 'kill -KILL "$daemon" 2>/dev/null || true' EXIT
  eventually address listening >/dev/null || fail "rotad does not listen: $(cat "$scratch/out")"
  client=(inside rota --server "$(address listening)")
  [[ $(run_job) == 'hello from a package' ]] || fail 'the output of a job is wrong'
  eventually address console >/dev/null || fail "the console does not listen: $(cat "$scratch/out")"
  inside rota console --connect "$(address console)" -c types | grep -q '^greet ' || fail "the console does not answer"
  kill -TERM "$daemon"
  wait "$daemon" || fail "rotad ended with status $?"
  ! command -v systemd-analyze >/dev/null || SYSTEMD_LOG_LEVEL=err inside systemd-analyze verify rotad.service ||
    fail 'systemd-analyze reports problems of the unit'
}

check_pages() {
  local command
  while read -r command; do
    inside zgrep -q "^rota-$command " "/usr/share/man/man1/rota-$command.1.gz" || fail "no manual page for rota $command"
  done < <(inside rota --help | sed -nE '/^Subcommands:/,$ s/^  ([a-z]+) .*/\1/p')
  inside zgrep -q 'durability' /usr/share/man/man1/rotad.1.gz || fail 'no manual page for rotad'
}

# completed WORD...: prints the completions of the last word.
completed() {
  inside bash -c 'source /usr/share/bash-completion/completions/rota
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _rota
    echo "${COMPREPLY[@]}"' bash "$@"
}

check_completion() {
  [[ $(completed rota pus) == push ]] || fail 'rota pus is not completed to push'
  [[ $(completed rota push --prio) == --priority ]] || fail 'an option of rota push is not completed'
  [[ $(completed rotad --dura) == --durability ]] || fail 'an option of rotad is not completed'
}

check_removal() {
  inside dpkg -r rota >/dev/null 2>&1 || fail 'dpkg -r failed'
  [[ ! -e $copy/usr/bin/rota && -e $copy/etc/rota/rotad.json && -n $(ls "$copy/var/lib/rota") ]] ||
    fail 'a removal must keep the settings and the data, and nothing else'
  inside dpkg -P rota >/dev/null 2>&1 || fail 'dpkg -P failed'
  [[ ! -e $copy/etc/rota/rotad.json && ! -e $copy/var/lib/rota ]] || fail 'a purge must keep nothing'
}

if [[ ${2:-} == --inside ]]; then
  scratch=$3
  copy=$scratch/copy
  mount -t tmpfs rota "$scratch/layer"
  mkdir "$scratch/layer/upper" "$scratch/layer/work"
  mount -t overlay rota -o "lowerdir=/,upperdir=$scratch/layer/upper,workdir=$scratch/layer/work" "$copy" ||
    skip 'cannot mount an overlay here'
  mount --rbind /proc "$copy/proc"
  mount --rbind /dev "$copy/dev"
  mount -t tmpfs rota "$copy/tmp"
  cp "$scratch"/*.deb "$copy/tmp/rota.deb"
  mkfifo "$scratch/never"
  check_install
  check_service
  check_pages
  check_completion
  check_removal
  exit 0
fi

# --- outside --------------------------------------------------------------------------------------------------

((EUID == 0)) || skip 'only root can install a package'
for tool in help2man dpkg-shlibdeps unshare; do
  command -v "$tool" >/dev/null || skip "$tool is not installed"
done
unshare --mount true 2>/dev/null || skip 'cannot create a mount namespace here'
scratch=$(mktemp -d)
trap 'rm -rf --one-file-system "$scratch"' EXIT
mkdir "$scratch/layer" "$scratch/copy"
"$root/packaging/make-deb" "$build" "$scratch" >/dev/null
unshare --mount --propagation private "$0" "$build" --inside "$scratch"
