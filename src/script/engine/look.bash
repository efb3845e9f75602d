# What is there, read once and kept. A namespace "-" is the host's own.
declare -A looked=() handle_of=() link_of=() leads=() addresses_of=() routes_of=() rules_of=()
lab_links=0

forget() { looked=() handle_of=() link_of=() leads=() addresses_of=() routes_of=() rules_of=() lab_links=0; }

# once KEY: true the first time that it is asked
once() {
  [[ -z ${looked[$1]:-} ]] || return 1
  looked[$1]=1
}

# inside NS: sets "at" to the words that take ip into a namespace
inside() {
  at=()
  [[ $1 == - ]] || at=(-n "$1")
}

# a live handle of a namespace is of the file system nsfs; anything else in /run/netns is dead or foreign
look_handles() {
  local name type
  once handles || return 0
  while read -r name type; do
    handle_of[${name##*/}]=$type
  done < <(stat -fc '%n %T' /run/netns/* 2>/dev/null)
}

alive() {
  look_handles
  [[ $1 == - || ${handle_of[$1]:-} == nsfs ]]
}

look_links() {
  local line name at
  once "links $1" || return 0
  alive "$1" || return 0
  inside "$1"
  # ip complains of dead handles, which it opens to name namespaces
  while read -r line; do
    name=${line#*: }
    name=${name%%:*}
    name=${name%%@*}
    link_of["$1 $name"]=$line
    [[ $1 == - && $line == *" group $group "* ]] || continue
    lab_links=$((lab_links + 1))
    [[ $line != *' link-netns '* ]] || { line=${line#* link-netns } && leads[${line%% *}]=1; }
  done < <(ip "${at[@]}" -d -o link show 2>/dev/null)
}

look_addresses() {
  local at device cidr
  once "addresses $1" || return 0
  alive "$1" || return 0
  inside "$1"
  while read -r _ device _ cidr _; do
    addresses_of["$1 $device"]+=" $cidr "
  done < <(ip "${at[@]}" -o addr show)
}

look_routes() { # NS FAMILY
  local at line
  once "routes $1 $2" || return 0
  alive "$1" || return 0
  inside "$1"
  while read -r line; do
    routes_of["$1 $2 ${line%% *}"]+="$line "$'\n'
  done < <(ip "${at[@]}" "-$2" -N -o route show)
}

# every rule of the table filter, its quotes off. The legacy tool would load the table by looking.
look_rules() { # iptables|ip6tables
  local names=/proc/net/ip_tables_names name loaded=0
  once "rules $1" || return 0
  [[ $1 == iptables ]] || names=/proc/net/ip6_tables_names
  if [[ $("$1" -V) == *legacy* ]]; then
    if [[ -r $names ]]; then
      while read -r name; do [[ $name != filter ]] || loaded=1; done <"$names"
    fi
    ((loaded)) || return 0
  fi
  rules_of[$1]=$'\n'$("$1" -w 5 -t filter -S)$'\n'
  rules_of[$1]=${rules_of[$1]//\"/}
}

# owns_netns NAME: a link of this lab leads into it, or its loopback bears the lab's group, or the
# journal has it and it is as new
owns_netns() {
  look_links -
  [[ -z ${leads[$1]:-} ]] || return 0
  look_links "$1"
  local loopback=${link_of["$1 lo"]:-}
  [[ $loopback != *" group $group "* ]] || return 0
  [[ -n ${journaled["undo ip netns del $1"]:-} && $loopback == *' group default '* && $loopback != *'UP'* ]]
}
