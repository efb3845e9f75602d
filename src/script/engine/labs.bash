# list_labs: a line for each lab with a journal, or with a folder for one: its name, "up" or "half", the program of its
# last run, whether that is still there, and when the run began, in seconds since 1970
list_labs() {
  local folder line state pid since alive
  for folder in "$root"/*/; do
    [[ -d $folder ]] || continue
    folder=${folder%/}
    state=half pid=0 since='' alive=gone
    if [[ -f $folder/journal ]]; then
      while read -r line; do
        case $line in
        'begin '*) read -r _ pid since <<<"$line" && state=half ;;
        end) state=up ;;
        esac
      done <"$folder/journal"
    fi
    [[ -n $since ]] || since=$(stat -c %Y "$folder")
    ! still_runs "$pid" "$since" || alive=alive
    printf '@lab %s %s %s %s %s\n' "${folder##*/}" "$state" "$pid" "$alive" "$since"
  done
}

# still_runs PID SECONDS: true where there is such a process, and it is no younger than this time: numbers are given
# out again
still_runs() {
  local stat key value booted=0
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  while read -r key value _; do [[ $key != btime ]] || booted=$value; done </proc/stat
  # the 22nd word, the 20th behind the name in brackets, has hundredths of a second since the start of the system
  read -ra stat <<<"${stat##*) }"
  ((booted + stat[19] / 100 <= $2 + 1))
}
