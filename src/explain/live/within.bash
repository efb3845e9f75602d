# within NAME COMMAND...: takes the place of its shell. nsenter changes nothing but the network; ip copies all mounts.
within() {
  if command -v nsenter >/dev/null; then
    exec nsenter --net="/run/netns/$1" -- "${@:2}"
  else
    exec ip netns exec "$@"
  fi
}
