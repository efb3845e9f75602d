# Files of namespaces, below /etc/netns. Each is in the journal before it is written. In the lab's folder there is of each
# a copy of what was written, in "wrote", and of one that was there before, in "found".

# read_file PATH: what is in it, into "have"; false where that is no text
read_file() {
  have=''
  [[ -f $1 && -r $1 ]] && ! IFS= read -r -d '' have <"$1"
}

# wrote PATH: what this lab wrote there, into "text"; false where that is not known
wrote() {
  local have
  read_file "$dir/wrote${1#/etc/netns}" && text=$have
}

# is_ours PATH: true where it is what this lab wrote, or the beginning of it
is_ours() {
  local have text
  [[ ! -L $1 ]] || return 1
  read_file "$1" || return 1
  if wrote "$1"; then [[ $text == "$have"* ]]; else has_mark "$1"; fi
}

# has_mark PATH: true where its first line is the mark of this lab
has_mark() {
  local have
  [[ ! -L $1 ]] && read_file "$1" && [[ $have == "# netloom:$lab"$'\n'* ]]
}

# as_found PATH: true where it is what was there before this lab
as_found() {
  local kept=$dir/found${1#/etc/netns}
  if [[ -L $1 || -L $kept ]]; then
    [[ -L $1 && -L $kept && $(readlink "$1") == "$(readlink "$kept")" ]]
  else
    [[ -f $1 && -f $kept && $(cksum <"$1") == "$(cksum <"$kept")" ]]
  fi
}

# with_servers: puts the name servers of the host in the place of the line for them in "text"; false where it has none.
# Its resolver at a loopback address is not that of a namespace. That of systemd keeps a file with those that it asks.
with_servers() {
  local file word server servers=''
  [[ $text == *$'\nnameserver host\n'* ]] || return 0
  for file in /etc/resolv.conf /run/systemd/resolve/resolv.conf; do
    [[ -f $file && -z $servers ]] || continue
    # the last line may lack its end
    while read -r word server _ || [[ -n $word ]]; do
      [[ $word == nameserver && $server =~ ^[0-9A-Fa-f.:]+$ ]] || continue
      [[ $server == 127.* || $server == ::1 || $server == ::ffff:127.* ]] || servers+="nameserver $server"$'\n'
    done <"$file"
  done
  [[ -n $servers ]] && text=${text/$'\nnameserver host\n'/$'\n'"$servers"}
}

# write_files BLOCK...: in each block "NS/NAME", and below it the lines. Where one is refused it says so as ip -batch does.
write_files() {
  local mask
  mask=$(umask)
  umask 022
  if write_each "$@"; then umask "$mask"; else
    umask "$mask"
    return 1
  fi
}

write_each() { # BLOCK...
  local block path text number=0 folder folders=() aside=() copy_folders=() notes=()
  local -A fresh_folder=()
  for block; do
    path=${block%%$'\n'*}
    copy_folders+=("$dir/wrote/${path%/*}")
    for folder in /etc/netns "/etc/netns/${path%/*}"; do
      [[ ! -d $folder && -z ${fresh_folder[$folder]:-} ]] || continue
      fresh_folder[$folder]=1
      notes+=("made $folder")
      folders+=("$folder")
    done
    path=/etc/netns/$path
    # what is in the journal was found by an earlier run, or written
    if in_journal "undo rm $path"; then
      # somebody put back what was there before: it is to be there again where this run fails
      ! in_journal "found $path" || ! as_found "$path" || notes+=("found $path")
    elif has_mark "$path"; then
      # left by this lab before a restart, its folders too
      notes+=('made /etc/netns' "made ${path%/*}")
    elif [[ -e $path || -L $path ]]; then
      aside+=("$path")
      notes+=("found $path")
    fi
    notes+=("undo rm $path")
  done
  said=$(mkdir -p "${copy_folders[@]}" 2>&1) || return
  for block; do
    text=${block#*$'\n'}$'\n'
    with_servers || true
    { printf %s "$text" >"$dir/wrote/${block%%$'\n'*}"; } 2>/dev/null || {
      said="cannot write below $dir"
      return 1
    }
  done
  for path in "${aside[@]}"; do said=$(keep_found "$path" 2>&1) || return; done
  note "${notes[@]}" || {
    said="the journal $journal cannot be written"
    return 1
  }
  ((${#folders[@]} == 0)) || said=$(mkdir -p "${folders[@]}" 2>&1) || return
  for block; do
    path=/etc/netns/${block%%$'\n'*}
    number=$((number + 1))
    # not through a link, nor into what has a mode of its own
    [[ ! -e $path && ! -L $path ]] || said=$(rm -f "$path" 2>&1) || true
    if ! wrote "$path" || [[ -n $said ]] || ! { printf %s "$text" >"$path"; } 2>/dev/null; then
      said="${said:-cannot write $path}"$'\n'"Command failed -:$number"
      return 1
    fi
  done
}

# keep_found PATH: with its mode, its owner and its times, as it is: a link is kept as a link
keep_found() {
  local kept=$dir/found${1#/etc/netns}
  mkdir -p "${kept%/*}" && rm -f "$kept" && cp -aT "$1" "$kept"
}

# restore_files LINE...: takes back what these lines of a journal say of files, and puts back what was there before. One
# that somebody changed meanwhile is his work, and is left, unless "force" is 1. What others put into a folder of ours
# keeps it; the folder of all is left to a lab that needs it.
restore_files() {
  local line path folders=() of_all='' heir
  local -A set_aside=() going=()
  for line; do
    case $line in
    'found '*) set_aside[${line#found }]=1 ;;
    'made /etc/netns') of_all=1 ;;
    'made '*) folders+=("${line#made }") ;;
    esac
  done
  for line; do
    [[ $line == 'undo rm /etc/netns/'* && -z ${going[$line]:-} ]] || continue
    going[$line]=1
    path=${line#undo rm }
    restore_file "$path" "${set_aside[$path]:-}"
  done
  remove_empty "${folders[@]}"
  [[ -n $of_all ]] || return 0
  if heir_of 'undo rm /etc/netns/*'; then bequeath "$heir" 'made /etc/netns'; else remove_empty /etc/netns; fi
}

# remove_empty FOLDER...: those in which nothing is left
remove_empty() {
  local folder entry said empty=()
  local -A looked_at=()
  for folder; do
    [[ -d $folder && -z ${looked_at[$folder]:-} ]] || continue
    looked_at[$folder]=1
    for entry in "$folder"/* "$folder"/.[!.]* "$folder"/..?*; do
      [[ ! -e $entry && ! -L $entry ]] || continue 2
    done
    empty+=("$folder")
  done
  ((${#empty[@]} == 0)) || said=$(rmdir "${empty[@]}" 2>&1) || stuck "rmdir ${empty[*]}" "$said"
}

restore_file() { # PATH FOUND
  local said='' kept=$dir/found${1#/etc/netns} fresh_copy=/etc/netns/.netloom-$lab
  if [[ -n $2 ]]; then
    # not written yet, or put back by a down that was cut off
    ! as_found "$1" || return 0
  elif [[ ! -e $1 && ! -L $1 ]]; then
    return 0
  fi
  if [[ -e $1 || -L $1 ]] && ((force == 0)) && ! is_ours "$1"; then
    stuck "rm $1" 'it was changed since this lab wrote it: remove it, or take the lab down with force'
  elif [[ -z $2 ]]; then
    if said=$(rm -f "$1" 2>&1); then undone "rm $1"; else stuck "rm $1" "$said"; fi
  # in one move, so that there is never a part of it
  elif said=$({ [[ -d ${1%/*} ]] || mkdir -p "${1%/*}"; } 2>&1 && { rm -f "$fresh_copy" && cp -aT "$kept" "$fresh_copy" && mv -fT "$fresh_copy" "$1"; } 2>&1); then
    undone "cp -a $kept $1"
  else
    stuck "cp -a $kept $1" "$said"
  fi
}
