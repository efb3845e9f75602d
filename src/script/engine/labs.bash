# list_labs: a line for each lab with a journal: its name, "up" or "half", the program of its last run, whether
# that is still there, and when the run began, in seconds since 1970
list_labs() {
  local file line state pid since alive name
  for file in "$root"/*/journal; do
    [[ -f $file ]] || continue
    name=${file%/journal}
    name=${name##*/}
    state=half pid=0 since=0 alive=gone
    while read -r line; do
      case $line in
      'begin '*) read -r _ pid since <<<"$line" && state=half ;;
      end) state=up ;;
      esac
    done <"$file"
    [[ ! -e /proc/$pid ]] || alive=alive
    printf '@lab %s %s %s %s %s\n' "$name" "$state" "$pid" "$alive" "$since"
  done
}
