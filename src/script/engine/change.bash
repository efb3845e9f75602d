# A lab that is up in another shape. What it was made of is beside its journal, as the plan's JSON: "plan", and as long as
# another one takes its place "plan.2" and so on: something may be there of each.
taking=() left=() kept_plan=''

# tell_plans: what this lab was made of, a line each behind the number of its plan
tell_plans() {
  local number=1 lines file=$dir/plan
  while [[ -f $file ]]; do
    mapfile -t lines <"$file"
    ((${#lines[@]} == 0)) || printf "@plan $number %s\n" "${lines[@]}"
    number=$((number + 1))
    file=$dir/plan.$number
  done
}

# keep_plan TEXT: before anything of it is made
keep_plan() {
  local number=2
  kept_plan=$dir/plan
  while [[ -e $kept_plan ]]; do
    kept_plan=$dir/plan.$number
    number=$((number + 1))
  done
  printf '%s\n' "$1" >"$kept_plan"
}

# forget_plans COUNT: those behind the first ones, of what was undone
forget_plans() {
  local number=$(($1 + 1)) files=()
  while [[ -e $dir/plan.$number ]]; do
    files+=("$dir/plan.$number")
    number=$((number + 1))
  done
  ((${#files[@]} == 0)) || rm -f "${files[@]}"
}

# choose_lines LINE...: the lines of the journal that are to be taken back, into "taking", and the others into "left". What is
# in the way of that ends the run.
choose_lines() {
  local line key words of_files='' kept=()
  local -A wanted=() used=()
  for line; do
    wanted[$line]=1
    [[ $line != 'undo rm '* ]] || of_files=1
  done
  for line in "${journal_lines[@]}"; do
    if is_chosen "$line"; then taking+=("$line"); else left+=("$line"); fi
    # a folder in which nothing is left goes; see "take_lines"
    [[ -z $of_files || $line != 'made '* ]] || taking+=("$line")
  done
  # what a tool made for its rules goes when none is left
  for line in "${left[@]}"; do
    [[ $line == 'undo ip'[t6]*' -D '* ]] || continue
    # TOOL -w 5 -t TABLE -D CHAIN SPEC
    read -ra words <<<"${line#undo }"
    key="${words[0]} ${words[4]}"
    used[$key]=1 used["$key ${words[6]}"]=1
  done
  for line in "${left[@]}"; do
    if [[ $line == @(table|chain)' '* ]] && ! needs_table "$line"; then taking+=("$line"); else kept+=("$line"); fi
  done
  left=("${kept[@]}")
  stop_holders taking
}

# is_chosen LINE: of "choose_lines"
is_chosen() {
  [[ -z ${wanted[$1]:-} ]] || return 0
  case $1 in
  'undo '*' -D DOCKER-USER '*) [[ -n ${wanted[${1/ -D DOCKER-USER / -D FORWARD }]:-} ]] ;;
  'found '*) [[ -n ${wanted["undo rm ${1#found }"]:-} ]] ;;
  'was net/ipv4/'*) [[ -n ${wanted['need net/ipv4/ip_forward 1']:-} ]] ;;
  'was net/ipv6/'*) [[ -n ${wanted['need net/ipv6/conf/all/forwarding 1']:-} ]] ;;
  *) return 1 ;;
  esac
}

# needs_table "table|chain TOOL [TABLE CHAIN]": of "choose_lines": true where a rule that is left is in it
needs_table() {
  local words key
  read -ra words <<<"$1"
  key="${words[1]} ${words[2]:-filter}"
  [[ ${words[0]} == table ]] || key+=" ${words[3]:-FORWARD}"
  [[ -n ${used[$key]:-} ]]
}

# take_back NUMBER: what "choose_lines" chose
take_back() { report "$1" take_lines; }

take_lines() {
  local line kept=()
  problems=0
  forget
  undo_lines taking
  forget
  if ((problems)); then
    said='a part could not be taken back'
    return 1
  fi
  forget_files "${taking[@]}"
  recall
  # they are noted again, where they come back
  for line in "${taking[@]}"; do [[ $line == 'made '* ]] || journaled[$line]=''; done
  for line in "${left[@]}"; do
    if [[ $line != 'made '* || -d ${line#made } ]]; then kept+=("$line"); else journaled[$line]=''; fi
  done
  left=("${kept[@]}")
}

# forget_files LINE...: of what these lines of a journal took back, what was kept of it
forget_files() {
  local line path paths=()
  for line; do
    [[ $line == 'undo rm /etc/netns/'* ]] || continue
    path=${line#undo rm /etc/netns}
    paths+=("$dir"/{wrote,found}"$path" "$dir"/{wrote,found}"${path%/*}" "$dir"/{wrote,found})
  done
  # a folder goes where nothing is in it
  ((${#paths[@]} == 0)) || rm -fd "${paths[@]}" 2>/dev/null || true
}

# end_change: of what was taken back the journal says nothing any more, and the plan that took the place of another one is the
# lab's from now on
end_change() {
  local line head=()
  lead_flows
  if [[ ${left[0]:-} != netloom-journal* ]]; then
    head=("netloom-journal 1 $lab $group")
    ! in_journal folder || head+=(folder)
  fi
  printf -v line 'begin %s %(%s)T' "$owner" -1
  leave_journal "${head[@]}" "${left[@]}" "$line" "${run_lines[@]}" end
  run_lines=()
  [[ -n $kept_plan && $kept_plan != "$dir/plan" ]] || return 0
  mv -f "$kept_plan" "$dir/plan"
  forget_plans 1
}

# tell_default NS PATH: the value of a setting of a namespace that nobody set: a link has those of all new links there, and
# anything else is as in a new namespace
tell_default() {
  local path=$2 value='' place=(unshare -n)
  if [[ $path =~ ^net/ipv[46]/(conf|neigh)/([^/]+)/ && ${BASH_REMATCH[2]} != @(all|default|lo) ]]; then
    path=${path/"/${BASH_REMATCH[2]}/"/\/default\/}
    place=(ip netns exec "$1")
  fi
  # shellcheck disable=SC2016 # these words are for the other one
  value=$("${place[@]}" bash --norc -c 'read -r value <"/proc/sys/$1" && printf %s "$value"' bash "$path" 2>/dev/null) || true
  [[ -z $value ]] || printf '@default %s %s %s\n' "$1" "$2" "${value//$'\t'/ }"
}

# tell_shared FAMILY: why a shared setting stays as it is when this lab needs it no more
tell_shared() {
  local heir was setting along
  setting_of "$1"
  if heir_of "need $setting *"; then
    was=${heir%/journal}
    printf '@shared %s lab %s needs it, too\n' "$1" "${was##*/}"
  elif [[ " ${journal_lines[*]} " != *" was $setting "* ]]; then
    printf '@shared %s it was so before the lab\n' "$1"
  fi
}

# clear_inside TOOL NS CHAIN...: chains of a namespace in which nothing is any more, and their table with the last of them. The
# legacy back end keeps its own, which is no error.
clear_inside() {
  local enter family table=filter chain REPLY
  family_of "$1"
  entrance "$2"
  ! uses_nft || table=netloom-$lab
  for chain in "${@:3}"; do
    if uses_nft; then
      nft_chain filter "$chain"
      "${enter[@]}" nft delete chain "$family" "$table" "$REPLY"
    else
      "${enter[@]}" "$1" -w 5 -t filter -X "$chain"
    fi 2>/dev/null || true
  done
  command -v nft >/dev/null || return 0
  chain=$("${enter[@]}" nft list table "$family" "$table" 2>/dev/null) || return 0
  [[ $chain == *$'\tchain '* ]] || "${enter[@]}" nft delete table "$family" "$table" 2>/dev/null || true
}
