# What is inside namespaces, a process of ip for each. It is for any "sh": a small one, as on Debian, starts a
# process in much less time than bash.

# run_lane DIR WAY SEPARATOR BLOCKS: as the one of bash, for lines of ip only. What went well is told by pipe 7. It prints
# what ip complains of, for each block behind a sign; where one fails, one more with "NUMBER CODE" behind it.
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
    printf "\036"
    # not to a variable: that would take a fork, where such a shell has something faster for a mere command
    ip ${family:+"$family"} -n "$2${block##* }" -batch - 2>&1 >/dev/null <<END || {
$lines
END
      printf "\036%s %s" "${block%% *}" "$?"
      exit 1
    }
    echo "@ok ${block%% *}" >&7
  done
}
