#!/bin/sh
# Stands before the tools on the search path. What only looks goes on at once; a change may be struck.
here=${0%/*/*}
tool=${0##*/}
tools=$PATH PATH=${PATH#"$here/bin:"}
case "$tool $*" in
'perl '*)
  # what it starts is struck as well
  perl=$(command -v perl)
  PATH=$tools STRIKER=$here/strike.bash exec "$perl" "-I$here" -Mmessage "$@"
  ;;
'ip '*' -o '* | 'ip link add name probe '*) ;;
'ip '*' add '* | 'ip '*' set '* | 'ip '*'-batch -' | 'ip link del '* | *'-restore '* | *tables*' -X '* | 'nft delete '* | 'nft -f -' | mkdir* | mv* | cp* | rm*)
  exec bash "$here/strike.bash" "$tool" "$@"
  ;;
esac
exec "$tool" "$@"
