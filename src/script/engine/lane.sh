# What is inside namespaces, a process of ip for each. It is for any "sh": a small one, as on Debian, starts a
# process in much less time than bash.

# run_lane DIR WAY SEPARATOR BLOCKS: as the one of bash, for lines of ip only. Where one fails, it prints "NUMBER CODE", and
# below it what was said; what went well is told by pipe 7.
run_lane() {
  newline="
"
  IFS=$3
  set -f
  # shellcheck disable=SC2086 # each block is one word
  for block in $4; do
    lines=${block#*"$newline"} block=${block%%"$newline"*} family=
    [ ! -e "$1/failed" ] || exit 1
    case $block in *" ip6 "*) family=-6 ;; esac
    said=$(
      exec ip ${family:+"$family"} -n "$2${block##* }" -batch - 2>&1 >/dev/null <<END
$lines
END
    ) || {
      printf "%s %s\n%s\n" "${block%% *}" "$?" "$said"
      exit 1
    }
    echo "@ok ${block%% *}" >&7
  done
}
