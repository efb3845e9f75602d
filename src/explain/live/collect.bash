# Reads a host and its namespaces: each lane its share, into a descriptor of its own. From outside: mark, parts, reader, within.

# path_of TOOL...: the first of them that is installed, into REPLY; "-" where none is
path_of() {
  local tool
  for tool; do
    REPLY=$tool
    ! command -v "$tool" >/dev/null || return 0
  done
  REPLY=-
}

# is_nft TOOL: true where it works through nftables
is_nft() { [[ $("$1" -V 2>/dev/null) != *legacy* ]]; }

# find_saves: the tools that show the rules, into "saves_of_host"
find_saves() {
  local family REPLY found=() legacy=()
  for family in iptables ip6tables; do
    path_of "$family-nft-save"
    [[ $REPLY != - ]] || ! command -v "$family-save" >/dev/null || ! is_nft "$family-save" || REPLY=$family-save
    found+=("$REPLY")
    path_of "$family-legacy-save"
    [[ $REPLY != - ]] || ! command -v "$family-save" >/dev/null || is_nft "$family-save" || REPLY=$family-save
    legacy+=("$REPLY")
  done
  saves_of_host="${found[*]} ${legacy[*]}"
}

# find_classifiers: whether the kernel can have programs on the way in: by a module, or where modules are not told
find_classifiers() {
  local built
  built=/lib/modules/$(</proc/sys/kernel/osrelease)/modules.builtin
  classifiers=1
  [[ -r /proc/modules && -r $built ]] || return 0
  [[ $(</proc/modules)$(<"$built") == *sch_ingress* ]] || classifiers=0
}

# lane FD "NUMBER NAME"...: one place after another; "-" is the host itself
lane() {
  local place said
  for place in "${@:2}"; do
    printf '\n%s place %s\n' "$mark" "${place%% *}"
    if [[ ${place#* } == - ]]; then
      (eval "$reader")
    else
      said=$(within "${place#* }" bash --norc -c "$reader" 2>&1 >&"$1") ||
        printf '\n%s failed place\n%s\n' "$mark" "$said"
    fi
  done >&"$1"
}

export mark parts saves_of_host classifiers
find_saves
find_classifiers
